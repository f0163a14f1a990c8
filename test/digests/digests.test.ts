import { once } from 'node:events';
import { type AddressInfo, createServer as createTcp } from 'node:net';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commentDigest, type Digest, digests, previewDigest, seeDigest } from '../../lib/contract/routes/digests.ts';
import { changeMe } from '../../lib/contract/routes/me.ts';
import { answerTimesReport } from '../../lib/contract/routes/reports-answers.ts';
import { budgetReport } from '../../lib/contract/routes/reports-budget.ts';
import { commitmentsReport } from '../../lib/contract/routes/reports-commitments.ts';
import { funnelReport } from '../../lib/contract/routes/reports-funnel.ts';
import { reasonsReport } from '../../lib/contract/routes/reports-reasons.ts';
import { reasonsIn, stagesIn } from '../../lib/funnel/names.ts';
import { freezeEnded } from '../../server/digests/freeze.ts';
import { mailFromEnv, send } from '../../server/digests/send.ts';
import { textOf } from '../../server/digests/text.ts';
import type { User } from '../../server/http/user.ts';
import { findAgreement } from '../../server/store/agreements.ts';
import { type Scene, scene } from '../reports/prove.ts';

let made: Scene;
let marketer: User;
const now = () => new Date(made.server.clock.now).toISOString();
const freeze = () => freezeEnded(made.server.store, made.server.workspace, now());
const get = async (user: User, period: string): Promise<Digest> =>
  (await made.server.call(user, digests, { query: { period } })).body.items[0] as Digest;

beforeAll(async () => {
  made = await scene({ leads: 400, touches: 6_000, seed: 21 });
  marketer = await made.server.user('marketer');
});
afterAll(() => made?.server.close());

const speaks = (user: User, language: 'en' | 'de') => made.server.call(user, changeMe, { body: { language } });
/** As it was before quoted-printable. */
const unfolded = (text: string) => text.replaceAll('=\n', '');

/** What the pages say of the same days, at the same moment. */
async function pages({ from, to }: { from: string; to: string }) {
  const { server, manager } = made;
  const query = { from, to };
  const [funnel, answers, reasons, budget, commitments] = await Promise.all([
    server.call(manager, funnelReport, { query }),
    server.call(manager, answerTimesReport, { query }),
    server.call(manager, reasonsReport, { query }),
    server.call(manager, budgetReport, { query }),
    server.call(manager, commitmentsReport, { query }),
  ]);
  return { funnel: funnel.body, answers: answers.body, reasons: reasons.body, budget: budget.body, commitments: commitments.body };
}

async function saysThePages(digest: Digest) {
  const { funnel, answers, reasons, budget, commitments } = await pages(digest);
  const { marketing, sales } = digest.body;
  expect(marketing.stages).toEqual(funnel.stages);
  const opened = funnel.series.reduce((n, { handoffs }) => n + Object.values(handoffs).reduce((a, b) => a + b, 0), 0);
  expect(Object.values(marketing.handoffs).reduce((a, b) => a + b, 0)).toBe(opened);
  expect(marketing.budget).toEqual(budget.total);
  expect(marketing.currency).toBe(budget.currency);
  for (const { id, sql } of marketing.campaigns)
    expect(sql).toBe(budget.campaigns.find(({ campaign }) => campaign.id === id)!.outcomes.sql);
  expect(sales.answers).toEqual(answers.total);
  expect(sales.reasons).toEqual({
    total: reasons.total,
    items: reasons.items.map(({ reason, share }) => ({ ...(reason && { reason }), n: share.n })),
  });
  expect(digest.body.commitments).toEqual(commitments.items);
}

test('each period that ended is frozen once, with the numbers of the pages', async () => {
  expect(await freeze()).toEqual(['2026-W46', '2026-10', '2026-Q3']);
  expect(await freeze()).toEqual([]);
  for (const period of ['2026-W46', '2026-10', '2026-Q3']) {
    const digest = await get(made.manager, period);
    expect(digest.frozenAt).toBe(now());
    await saysThePages(digest);
  }
  const quarter = await get(made.manager, '2026-Q3');
  expect(quarter).toMatchObject({ from: '2026-07-01', to: '2026-09-30' });
  expect(quarter.body.sales.answers.opened).toBeGreaterThan(0);
});

test('a preview says what the pages say of the present period', async () => {
  for (const grain of ['week', 'month', 'quarter'] as const) {
    const { status, body } = await made.server.call(marketer, previewDigest, { query: { grain } });
    expect(status).toBe(200);
    expect(body.frozenAt).toBeUndefined();
    await saysThePages(body as Digest);
  }
});

test('what happens later changes the pages, not the digest', async () => {
  const before = await get(made.manager, '2026-W46');
  await made.server.in((trx) =>
    trx
      .insertInto('spend')
      .values({
        workspace: made.server.workspace,
        campaign: made.raw.campaigns[0]!.id,
        month: '2026-11-01',
        planned: 1,
        spent: 77_000,
        currency: 'EUR',
      })
      .execute(),
  );
  expect(await get(made.manager, '2026-W46')).toEqual(before);
  expect((await pages(before)).budget.total.spent).not.toEqual(before.body.marketing.budget.spent);
});

test('a week ends at midnight of the agreement, not of UTC', async () => {
  const was = made.server.clock.now;
  made.server.clock.now = Date.parse('2026-11-22T22:59:59Z');
  expect(await freeze()).toEqual([]);
  made.server.clock.now = Date.parse('2026-11-22T23:00:00Z');
  expect(await freeze()).toEqual(['2026-W47']);
  made.server.clock.now = was;
});

test('what ended while the server was away is made up for, oldest first, and before the first one nothing', async () => {
  const { server } = made;
  const workspace = await server.anotherWorkspace();
  let news: string[] = [];
  const at = (now: string) => {
    news = [];
    return freezeEnded(server.store, workspace, now, { news: async (_trx, period) => void news.push(period) });
  };
  expect(await at('2026-08-05T09:00:00Z')).toEqual(['2026-W31', '2026-07', '2026-Q2']);
  expect(await at('2026-10-02T09:00:00Z')).toEqual([
    ...[32, 33, 34, 35, 36, 37, 38, 39].map((week) => `2026-W${week}`),
    '2026-08',
    '2026-09',
    '2026-Q3',
  ]);
  expect(news).toEqual(['2026-W39', '2026-09', '2026-Q3']);
  expect(await at('2026-10-02T09:15:00Z')).toEqual([]);
  // After two years only what anybody still wants to read.
  const late = await at('2028-10-02T09:00:00Z');
  expect([late.filter((name) => name.includes('W')).length, late.filter((name) => name.includes('Q')).length]).toEqual([13, 8]);
});

test('each team says one thing; who has seen it is counted', async () => {
  const params = { period: '2026-10' };
  const [rep] = made.reps;
  await made.server.call(rep, commentDigest, { params, body: { text: 'Friday leads: Monday instead?' } });
  await made.server.call(made.manager, commentDigest, { params, body: { text: 'Open them on Monday' } });
  const { body } = await made.server.call(marketer, commentDigest, { params, body: { text: 'Proposed' } });
  expect(body.comments.map(({ team, text, by }) => [team, text, by])).toEqual([
    ['marketing', 'Proposed', marketer.name],
    ['sales', 'Open them on Monday', made.manager.name],
  ]);
  await made.server.call(rep, seeDigest, { params });
  const again = await made.server.call(rep, seeDigest, { params });
  expect(again.body.seen).toEqual({ byMe: true, people: 1, of: 5 });
  const list = await made.server.call(marketer, digests, { query: {} });
  expect(list.body.items.find(({ period }) => period === '2026-10')!.seen).toEqual({ byMe: false, people: 1, of: 5 });
  expect(list.body.items.every(({ body }) => body === undefined)).toBe(true);
});

test('a period without a report, and another workspace', async () => {
  expect((await made.server.call(marketer, digests, { query: { period: '2020-01' } })).status).toBe(404);
  expect((await made.server.call(marketer, seeDigest, { params: { period: '2020-01' } })).status).toBe(404);
  expect((await made.server.call(marketer, digests, { query: { period: 'soon' } })).status).toBe(400);
  const stranger = await made.server.user('manager', { workspace: await made.server.anotherWorkspace() });
  expect((await made.server.call(stranger, digests, { query: { period: '2026-10' } })).status).toBe(404);
  expect((await made.server.call(stranger, digests, { query: {} })).body.items).toEqual([]);
});

test('as CSV: the figures of the digest, and nothing else', async () => {
  const csvOf = async (query: { period?: string }) => {
    const { status, bytes } = await made.server.call(marketer, digests, { query, headers: { accept: 'text/csv' } });
    expect(status).toBe(200);
    return parse(new TextDecoder().decode(bytes)) as string[][];
  };
  const rows = await csvOf({ period: '2026-10' });
  const digest = await get(marketer, '2026-10');
  const line = (figure: string) => rows.find((row) => row[1] === figure)?.slice(2);
  const { inTime } = digest.body.sales.answers;
  expect(line('answered in time')?.slice(0, 2)).toEqual([String(inTime.n), String(inTime.of)]);
  expect(line('came back')?.[0]).toBe(String(digest.body.sales.reasons.total));
  expect(line('hand-offs returned')?.[0]).toBe(String(digest.body.marketing.handoffs.returned));
  expect((await csvOf({})).map(([period]) => period)).toEqual(['period', '2026-W47', '2026-W46', '2026-10', '2026-Q3']);
});

test('by mail to everybody once, also when the first run is cut short', async () => {
  const mails: { to: string; text: string }[] = [];
  await speaks(made.reps[0]!, 'de');
  let refuse = made.reps[1]!.email;
  // The least of a mail server that a client can speak to.
  const server = createTcp((socket) => {
    let to = '';
    let text: string | undefined;
    let rest = '';
    socket.write('220 test\r\n');
    socket.on('data', (chunk) => {
      rest += chunk;
      for (;;) {
        const end = rest.indexOf('\r\n');
        if (end < 0) return;
        const line = rest.slice(0, end);
        rest = rest.slice(end + 2);
        if (text !== undefined) {
          if (line !== '.') text += `${line}\n`;
          else {
            mails.push({ to, text });
            text = undefined;
            socket.write('250 ok\r\n');
          }
        } else if (/^RCPT/i.test(line)) {
          to = /<(.*)>/.exec(line)![1]!;
          socket.write(to === refuse ? '450 later\r\n' : '250 ok\r\n');
        } else if (/^DATA/i.test(line)) {
          text = '';
          socket.write('354 go\r\n');
        } else if (/^QUIT/i.test(line)) socket.end('221 bye\r\n');
        else socket.write('250 ok\r\n');
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const mail = { url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`, from: 'baton@baton.example' };
  const go = () => send(made.server.store, made.server.workspace, '2026-Q3', mail);
  try {
    await expect(go()).rejects.toThrow(/did not reach everybody/);
    expect(mails).toHaveLength(4);
    refuse = '';
    await go();
    await go();
    expect(mails.map(({ to }) => to).sort()).toEqual([made.manager, marketer, ...made.reps].map(({ email }) => email).sort());
    const { body } = await get(marketer, '2026-Q3');
    const { unanswered } = body.sales;
    for (const { to, text } of mails)
      if (to === made.reps[0]!.email) {
        expect(text).toContain('Subject: =?UTF-8?Q?Baton=3A_R=C3=BCckblick_auf_3');
        expect(unfolded(text)).toContain(`${unanswered} unbeantwortet`);
      } else {
        expect(text).toContain('Subject: Baton: the digest of Q3 2026');
        expect(unfolded(text)).toContain(`${unanswered} unanswered`);
      }
  } finally {
    server.close();
  }
});

test('in either language, the mail has the numbers of the digest, and no word of the other', async () => {
  const { body } = await get(marketer, '2026-Q3');
  const agreement = await made.server.in((trx) => findAgreement(trx, made.server.workspace));
  const head = { period: '2026-Q3', from: '2026-07-01', to: '2026-09-30' } as const;
  const [en, de] = (['en', 'de'] as const).map((language) => textOf(head, body, { language, agreement }).text) as [string, string];
  const { total, items } = body.sales.reasons;
  expect(items.length).toBeGreaterThan(2);
  expect(en).toContain(
    `${total} leads came back: ${items.map(({ reason, n }) => `${reason ? reasonsIn.en[reason] : 'no reason'} ${n}`).join(', ')}.`,
  );
  expect(de).toContain(
    `${total} Leads kamen zurück: ${items.map(({ reason, n }) => `${reason ? reasonsIn.de[reason] : 'ohne Grund'} ${n}`).join(', ')}.`,
  );
  expect(en).toContain('Q3 2026, 1 Jul 2026 to 30 Sept 2026.');
  expect(de).toContain('3. Quartal 2026, 1. Juli 2026 bis 30. Sept. 2026.');
  const { n, of, share } = body.sales.answers.inTime;
  expect(en).toContain(`${(share! * 100).toLocaleString('en-GB', { maximumFractionDigits: 1 })}% (`);
  expect(de).toContain(`, ${n} von ${of}.`);
  for (const { stage, entered } of body.marketing.stages.filter((one) => one.entered > 0))
    expect(de).toContain(`${stagesIn.de[stage]}: ${entered} erreicht`);
  expect(de).not.toMatch(/\b(and|the|of|opened|entered|answered|returned|kept|Spent|leads?)\b/);
  expect(en).not.toMatch(/\b(und|der|die|von|Übergaben?|erreicht|gehalten)\b/);
});

test('half a configuration is refused in words', () => {
  expect(mailFromEnv({})).toBeUndefined();
  expect(() => mailFromEnv({ BATON_SMTP_URL: 'smtp://x' })).toThrow(/BATON_MAIL_FROM/);
});
