import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { User } from '../../server/http/user.ts';
import type { Tables } from '../../server/store/tables.ts';
import { type TestServer, testServer } from '../server/harness.ts';

let server: TestServer;
let marketer: User;
beforeAll(async () => {
  server = await testServer();
  server.clock.now = Date.parse('2026-11-22T12:00:00Z');
  marketer = await server.user('marketer');
});
afterAll(() => server.close());

interface Answer {
  rows: number;
  kept: number;
  refused: { line: number; column?: string; why: string }[];
  unlisted: number;
  notes: { line: number; column: string; why: string }[];
  unknownColumns: string[];
}
async function send(kind: string, file: string | ReadableStream<Uint8Array>, headers: Record<string, string> = {}, user = marketer) {
  const response = await server.app.fetch(
    new Request(`${server.config.url}/v1/imports/${kind}`, {
      method: 'POST',
      body: file,
      headers: { 'x-test-user': user.id, 'content-type': 'text/csv', ...headers },
      duplex: 'half',
    } as RequestInit),
  );
  return { status: response.status, body: (await response.json()) as Answer & Record<string, unknown> };
}
const all = <T extends keyof Tables>(table: T) =>
  server.in((trx) =>
    trx
      .selectFrom(table as 'person')
      .selectAll()
      .where('workspace', '=', server.workspace)
      .execute(),
  ) as unknown as Promise<Record<string, unknown>[]>;
async function leadOf(email: string) {
  const key = (await all('person_key')).find(({ value }) => value === email);
  const lead = (await all('lead')).find(({ id }) => id === key?.person);
  const stages = (await all('stage_change'))
    .filter(({ person }) => person === key?.person)
    .sort((a, b) => String(a.at).localeCompare(String(b.at)));
  const touches = (await all('touch')).filter(({ person }) => person === key?.person);
  return {
    lead,
    touches,
    stages: stages.map(({ to_stage, at }) => `${to_stage} ${String(at).slice(0, 10)}`),
    handoffs: (await all('handoff')).filter(({ person }) => person === key?.person),
  };
}

describe('people', () => {
  it('come with name, company, owner, stage and amount; several files tell one story', async () => {
    const rep = await server.user('rep');
    const first = await send(
      'people',
      `email;name;company;stage;stageAt;owner;Segment;Region\r\ndana@northwind.example;Whitfield, Dana;Northwind Labs;mql;2026-02-01;${rep.email};Mid-market;West\r\n`,
    );
    expect(first).toEqual({
      status: 200,
      body: { id: expect.any(String), kind: 'people', rows: 1, kept: 1, refused: [], unlisted: 0, notes: [], unknownColumns: ['Region'] },
    });
    await send(
      'people',
      'email,stage,stageAt,amount,closedAt\ndana@northwind.example,opportunity,2026-04-01,24000,\ndana@northwind.example,customer,,25000.50,2026-06-01\n',
    );
    await send(
      'people',
      `email,stage,stageAt,owner\ndana@northwind.example,sal,2026-02-02,${rep.email}\ndana@northwind.example,sql,2026-03-01,${rep.email}\n`,
    );
    const { lead, stages, handoffs } = await leadOf('dana@northwind.example');
    // Days are the agreement's: midnight in Vienna.
    expect(stages).toEqual(['mql 2026-01-31', 'sal 2026-02-01', 'sql 2026-02-28', 'opportunity 2026-03-31', 'customer 2026-05-31']);
    expect(lead).toMatchObject({ stage: 'customer', amount_value: 2_500_050, amount_currency: 'EUR', owner: rep.id });
    expect(handoffs).toMatchObject([{ state: 'qualified', holder: rep.id }]);
    // A later file that says nothing of it leaves it; one that does is believed.
    const segment = async () => (await all('person')).find(({ id }) => id === lead!.id)?.segment;
    expect(await segment()).toBe('Mid-market');
    await send('people', 'email,segment\ndana@northwind.example,Enterprise\n');
    expect(await segment()).toBe('Enterprise');
  });

  it('the same file again changes nothing', async () => {
    const file =
      'email,name,stage,stageAt,sourceId\nagain@northwind.example,Again,lead,2026-01-01,r1\nagain@northwind.example,Again,mql,2026-01-02,r1\n';
    await send('people', file);
    const before = [await all('person'), await all('stage_change'), await all('lead_event')].map((rows) => rows.length);
    const { body } = await send('people', file);
    expect(body).toMatchObject({ rows: 2, kept: 2, refused: [] });
    expect([await all('person'), await all('stage_change'), await all('lead_event')].map((rows) => rows.length)).toEqual(before);
    expect((await leadOf('again@northwind.example')).handoffs).toHaveLength(1);
  });

  it('bad rows are listed, good ones kept; what had no effect is noted', async () => {
    await send('people', 'linkedin\nother-person\n');
    const { body } = await send(
      'people',
      [
        'email,linkedin,name,stage,owner',
        'good@northwind.example,,Good,lead,',
        'bad,,Bad,lead,',
        'x@northwind.example,,,wizard,',
        'good@northwind.example,other-person,,,',
        'z@northwind.example,,,mql,left@ridgeway.example',
      ].join('\n'),
    );
    expect(body).toMatchObject({
      rows: 5,
      kept: 3,
      refused: [
        { line: 3, column: 'email', why: expect.stringMatching(/not an e-mail address/) },
        { line: 4, column: 'stage', why: expect.stringMatching(/one of subscriber/) },
      ],
      notes: [
        { line: 5, column: 'linkedin', why: expect.stringMatching(/belongs to another person/) },
        { line: 6, column: 'owner', why: expect.stringMatching(/left to the team/) },
      ],
    });
    const [record] = (await all('import')).slice(-1);
    expect(record).toMatchObject({ kind: 'people', state: 'done', rows: 5, kept: 3, refused: 2, by_user: marketer.id });
    expect((await all('audit')).some(({ action }) => action === 'import.people')).toBe(true);
  });
});

describe('campaigns, touches and spend', () => {
  it('a campaign is made once and completed later', async () => {
    await send(
      'campaigns',
      '\ufeffname,channel,startedOn,headline,points,link\nCut churn in Q4,webinar,2026-10-01,Cut churn,One|Two,https://ridgeway.example/churn\n',
    );
    await send('campaigns', 'Name,Headline\ncut CHURN  in q4,Cut churn now\nAnother,\n');
    const [churn] = (await all('campaign')).filter(({ key }) => key === 'cut churn in q4');
    expect(churn).toMatchObject({
      name: 'cut CHURN  in q4',
      channel: 'webinar',
      headline: 'Cut churn now',
      points: ['One', 'Two'],
      link: 'https://ridgeway.example/churn',
      started_on: '2026-10-01',
    });
  });

  it('touches find person and campaign, count once, and take the campaign’s channel', async () => {
    const file =
      'email,at,campaign,kind,asset,url\ntouch@northwind.example,2026-10-05T10:00:00+02:00,Cut churn in Q4,attended,One play each,https://ridgeway.example/x\ntouch@northwind.example,2026-10-06,,visited,Pricing,\n';
    await send('touches', file);
    await send('touches', file);
    const { touches, lead } = await leadOf('touch@northwind.example');
    expect(touches.map(({ at, kind, channel, asset }) => [at, kind, channel, asset]).sort()).toEqual([
      ['2026-10-05T08:00:00.000Z', 'attended', 'webinar', 'One play each'],
      ['2026-10-05T22:00:00.000Z', 'visited', 'other', 'Pricing'],
    ]);
    expect(lead).toMatchObject({ stage: 'lead' });
  });

  it('spend is set by month and currency, and set again', async () => {
    await send(
      'spend',
      'campaign,month,planned,spent,currency\nCut churn in Q4,2026-10,1000,,EUR\nCut churn in Q4,2026-10,,900.50,eur\nNew one,2026-11-01,500,400,USD\n',
    );
    await send('spend', 'campaign,month,spent\nCut churn in Q4,2026-10,950\n');
    const rows = (await all('spend')).map(({ month, planned, spent, currency }) => [month, planned, spent, currency]);
    expect(rows).toEqual(
      expect.arrayContaining([
        ['2026-10-01', 100_000, 95_000, 'EUR'],
        ['2026-11-01', 50_000, 40_000, 'USD'],
      ]),
    );
    expect(rows).toHaveLength(2);
  });
});

describe('what is no such file', () => {
  it.each([
    ['', 400, /empty/],
    ['a,b\n1,2\n', 400, /first line must name/],
    ['email,email\n', 400, /twice/],
  ])('is refused: %j', async (file, status, why) => {
    const answer = await send('people', file);
    expect(answer.status).toBe(status);
    expect(answer.body.detail).toMatch(why);
  });
  it('or no such sender, kind or type', async () => {
    expect((await send('people', 'email\n', {}, await server.user('rep'))).status).toBe(403);
    expect((await send('cats', 'email\n')).status).toBe(400);
    expect((await send('people', '{}', { 'content-type': 'application/json' })).status).toBe(415);
    expect((await send('people', 'email\na@b.example\n', { 'content-encoding': 'gzip' })).status).toBe(400);
  });
  it('a file that breaks off fails, and its first rows are kept', async () => {
    let sent = 0;
    const broken = new ReadableStream<Uint8Array>({
      pull(controller) {
        const from = sent++ * 200;
        const rows = Array.from({ length: 200 }, (_, i) => `broken${from + i}@northwind.example\n`).join('');
        if (sent > 20) controller.error(new Error('cut'));
        else controller.enqueue(new TextEncoder().encode(`${from === 0 ? 'email\n' : ''}${rows}`));
      },
    });
    expect((await send('people', broken)).status).toBeGreaterThanOrEqual(500);
    expect((await all('person_key')).filter(({ value }) => String(value).startsWith('broken')).length).toBeGreaterThanOrEqual(500);
    expect((await all('import')).at(-1)).toMatchObject({ state: 'failed' });
  });
});

describe('a hundred thousand rows', () => {
  it('pass through in bounded memory, the refused ones listed with their lines', async () => {
    const count = 100_000;
    const text = new TextEncoder();
    let n = 0;
    const file = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          let piece = n === 0 ? 'campaign,month,planned,spent,currency\n' : '';
          for (let i = 0; i < 200 && n < count; i++, n++)
            piece +=
              n % 1000 === 999
                ? 'Broken,never,1,1,EUR\n'
                : `Campaign ${n % 40},20${String(10 + (n % 16)).padStart(2, '0')}-0${1 + (n % 9)},${n}.50,${n},EUR\n`;
          controller.enqueue(text.encode(piece));
          if (n >= count) controller.close();
        },
      },
      { highWaterMark: 0 },
    );
    global.gc?.();
    const before = process.memoryUsage();
    let most = 0;
    const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 20);
    const { body } = await send('spend', file);
    clearInterval(watch);
    expect(body).toMatchObject({ rows: count, kept: count - 100, unlisted: 0 });
    expect(body.refused).toHaveLength(100);
    expect(body.refused[1]).toEqual({ line: 2001, column: 'month', why: expect.any(String), said: { code: 'row-month', facts: {} } });
    expect(most - before.rss).toBeLessThan(150 * 2 ** 20);
  }, 120_000);
});
