import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { campaignsReport } from '../../lib/contract/routes/reports.ts';
import { budgetReport } from '../../lib/contract/routes/reports-budget.ts';
import { type Scene, scene, spans } from './prove.ts';
import { during, localDay, ratio } from './reference/common.ts';

/** The campaigns report against plain loops over the rows, on a random history of awkward days. */

const lookBackMonths = 3;
let made: Scene;
beforeAll(async () => {
  made = await scene({ leads: 700, touches: 12_000, seed: 11 });
  // Short enough to cut off some of what touched people.
  await made.server.in((trx) =>
    trx
      .updateTable('agreement')
      .set({ body: JSON.stringify({ ...made.agreement, lookBackMonths }) })
      .where('workspace', '=', made.server.workspace)
      .where('version', '=', 2)
      .execute(),
  );
}, 120_000);
afterAll(() => made?.server.close());

const active = new Set(['form', 'reply', 'click', 'attended', 'downloaded', 'read', 'visited']);
type Days = { from: string; to: string };

function expected({ raw, world }: Scene, span: Days, channel?: string) {
  const chosen = raw.campaigns.filter((campaign) => !channel || campaign.channel === channel).map(({ id }) => id);
  const touchesOf = Map.groupBy(
    raw.touches.filter((touch) => active.has(touch.kind) && touch.campaign && chosen.includes(touch.campaign)),
    ({ person }) => person,
  );
  const engaged = (person: string, at: number): Set<string> => {
    const since = Temporal.Instant.fromEpochMilliseconds(at)
      .toZonedDateTimeISO(world.zone)
      .subtract({ months: lookBackMonths }).epochMilliseconds;
    return new Set((touchesOf.get(person) ?? []).filter((touch) => touch.at <= at && touch.at >= since).map(({ campaign }) => campaign!));
  };
  const opened = raw.handoffs
    .filter((handoff) => during(world, handoff.opened, span))
    .map((handoff) => ({ ...handoff, by: engaged(handoff.person, handoff.opened) }));
  const given = raw.feedback
    .filter((one) => one.kind === 'verdict' && during(world, one.at, span))
    .map((one) => ({
      ...one,
      by: one.campaign ? new Set([one.campaign].filter((id) => chosen.includes(id))) : engaged(one.person, one.at),
    }));
  const today = localDay(world.asOf, world.zone);

  return (campaign?: string) => {
    const has = (by: Set<string>) => (campaign ? by.has(campaign) : by.size > 0);
    const people = new Set<string>();
    for (const [person, touches] of touchesOf)
      for (const touch of touches) if ((!campaign || touch.campaign === campaign) && during(world, touch.at, span)) people.add(person);
    const mine = opened.filter(({ by }) => has(by));
    const done = (at: number | null) => at !== null && at <= world.asOf;
    const qualified = mine.filter((h) => h.state === 'qualified' && done(h.answered));
    const returned = mine.filter((h) => h.state === 'returned' && done(h.answered));
    const accepted = mine.filter((h) => done(h.accepted) || qualified.includes(h));
    const reasons: Record<string, number> = {};
    for (const { reason } of returned) if (reason) reasons[reason] = (reasons[reason] ?? 0) + 1;
    const verdicts: Record<string, number> = { strong: 0, fair: 0, poor: 0 };
    for (const { verdict, by } of given) if (has(by)) verdicts[verdict!]!++;
    const spent: Record<string, number> = {};
    for (const row of raw.spend) {
      if (!(campaign ? row.campaign === campaign : chosen.includes(row.campaign))) continue;
      const first = Temporal.PlainDate.from(row.month);
      let days = Array.from({ length: first.daysInMonth }, (_, i) => first.add({ days: i }).toString());
      if (days.includes(today)) days = days.filter((day) => day <= today);
      for (const day of days)
        if (day >= span.from && day <= span.to) spent[row.currency] = (spent[row.currency] ?? 0) + (row.spent ?? 0) / days.length;
    }
    return {
      touched: people.size,
      handedOver: mine.length,
      accepted: ratio(accepted.length, mine.length),
      qualified: ratio(qualified.length, mine.length),
      returned: returned.length,
      reasons,
      verdicts,
      spent,
    };
  };
}

const figures = (row: { touched: number; handedOver: number; accepted: object; qualified: object; returned: number }) => ({
  touched: row.touched,
  handedOver: row.handedOver,
  accepted: row.accepted,
  qualified: row.qualified,
  returned: row.returned,
});
const close = (value: unknown): unknown =>
  typeof value === 'number'
    ? expect.closeTo(value, 9)
    : value && typeof value === 'object'
      ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, close(inner)]))
      : value;

describe('campaigns', () => {
  it.each(spans.flatMap((span) => [undefined, 'webinar' as const].map((channel) => [span.from, span.to, channel] as const)))(
    'from %s to %s, channel %s, say what plain loops say',
    async (from, to, channel) => {
      const query = { from, to, compare: 'before' as const, ...(channel && { channel }) };
      const { body, status } = await made.server.call(made.manager, campaignsReport, { query });
      expect(status).toBe(200);
      const now = expected(made, { from, to }, channel);
      const earlier = expected(made, body.compare!, channel);
      let compared = 0;
      const check = (row: typeof body.total, id: string | undefined) => {
        const { reasons, verdicts, spent, ...rest } = now(id);
        expect(figures(row)).toEqual(close(rest));
        expect(Object.fromEntries(row.reasons.map(({ reason, n }) => [reason, n]))).toEqual(reasons);
        expect(row.verdicts).toEqual(verdicts);
        expect(row.spent.map(({ currency }) => currency)).toEqual(
          Object.keys(spent)
            .filter((currency) => Math.round(spent[currency]!) > 0)
            .sort(),
        );
        for (const { currency, value } of row.spent) expect(Math.abs(value - spent[currency]!)).toBeLessThanOrEqual(0.5 + 1e-6);
        const { reasons: _, verdicts: __, spent: ___, ...then } = earlier(id);
        expect(figures(row.before!)).toEqual(close(then));
        compared++;
      };
      check(body.total, undefined);
      for (const item of body.items) check(item, item.campaign.id);
      // Whoever is not listed has nothing to tell.
      const listed = new Set(body.items.map(({ campaign }) => campaign.id));
      for (const { id, channel: its } of made.raw.campaigns) {
        if (listed.has(id) || (channel && its !== channel)) continue;
        expect([now(id).touched, now(id).handedOver, earlier(id).touched, earlier(id).handedOver]).toEqual([0, 0, 0, 0]);
      }
      expect(compared).toBe(body.items.length + 1);
    },
  );

  it('share outcomes as the budget report does, by the same model', async () => {
    const query = { ...spans[0]!, attribution: 'time_decay' as const };
    const { body } = await made.server.call(made.manager, campaignsReport, { query });
    const budget = (await made.server.call(made.manager, budgetReport, { query: spans[0]! })).body;
    let seen = 0;
    for (const { campaign, credited } of body.items) {
      const there = budget.campaigns.find((row) => row.campaign.id === campaign.id);
      if (!there) continue;
      expect(credited!.sql).toBeCloseTo(there.models.time_decay.sql, 9);
      seen++;
    }
    expect(seen).toBeGreaterThan(5);
    const sum = body.items.reduce((all, { credited }) => all + credited!.sql, 0);
    expect(body.total.credited!.sql).toBeCloseTo(sum, 9);
    expect((await made.server.call(made.manager, campaignsReport, { query: spans[0]! })).body.total.credited).toBeUndefined();
  });

  it('as a table: one line a campaign, the same figures, nothing a spreadsheet would run', async () => {
    await made.server.in((trx) =>
      trx
        .updateTable('campaign')
        .set({ name: '=1+1' })
        .where('workspace', '=', made.server.workspace)
        .where('id', '=', made.raw.campaigns[2]!.id)
        .execute(),
    );
    const query = { ...spans[0]!, compare: 'year' as const };
    const { body } = await made.server.call(made.manager, campaignsReport, { query });
    const { bytes, headers } = await made.server.call(made.manager, campaignsReport, { query, headers: { accept: 'text/csv' } });
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
    const [head, ...lines] = new TextDecoder()
      .decode(bytes)
      .trim()
      .split('\r\n')
      .map((line) => line.split(','));
    expect(head!.slice(0, 4)).toEqual(['campaign', 'channel', 'touched', 'handed over']);
    expect(lines).toHaveLength(body.items.length);
    for (const [i, item] of body.items.entries()) {
      expect(lines[i]!).toHaveLength(head!.length);
      expect(lines[i]!.slice(2, 6)).toEqual([item.touched, item.handedOver, item.accepted.n, item.accepted.of].map(String));
    }
    expect(lines.some(([name]) => name === "'=1+1")).toBe(true);
  });

  it('are empty where nothing happened, and refuse days that make no period', async () => {
    const stranger = await made.server.user('marketer', { workspace: await made.server.anotherWorkspace() });
    const { body } = await made.server.call(stranger, campaignsReport, { query: spans[4]! });
    expect(body).toMatchObject({ items: [], total: { touched: 0, handedOver: 0, returned: 0, reasons: [], spent: [] } });
    expect((await made.server.call(stranger, campaignsReport, { query: { from: '2026-12-31', to: '2026-01-01' } })).status).toBe(400);
  });
});
