import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { campaignsReport } from '../../lib/contract/routes/reports.ts';
import { budgetReport } from '../../lib/contract/routes/reports-budget.ts';
import { proveCampaigns, type Scene, scene, spans } from './prove.ts';

/** The campaigns report against plain loops over the rows, on a random history of awkward days. */

let made: Scene;
beforeAll(async () => {
  made = await scene({ leads: 700, touches: 12_000, seed: 11 });
  // Short enough to cut off some of what touched people.
  made.agreement.lookBackMonths = 3;
  await made.server.in((trx) =>
    trx
      .updateTable('agreement')
      .set({ body: JSON.stringify(made.agreement) })
      .where('workspace', '=', made.server.workspace)
      .where('version', '=', 2)
      .execute(),
  );
}, 120_000);
afterAll(() => made?.server.close());

describe('campaigns', () => {
  it('say what plain loops say, all and of a channel, where the look-back cuts off some touches', async () => {
    expect(await proveCampaigns(made)).toBeGreaterThan(2_000);
  }, 120_000);

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
