import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cardsBatch } from '../../../lib/contract/routes/cards.ts';
import { history, lead, search, touches } from '../../../lib/contract/routes/leads-read.ts';
import { leadsetKey } from '../../../lib/contract/routes/leadset.ts';
import { me } from '../../../lib/contract/routes/me.ts';
import { base64url, fromBase64url, importTagKey, tagOf } from '../../../lib/funnel/tag.ts';
import { assembleCards } from '../../../server/cards/assemble.ts';
import type { User } from '../../../server/http/user.ts';
import { newId } from '../../../server/store/id.ts';
import { addTouches, type NewTouch } from '../../../server/store/touches.ts';
import { type TestServer, testServer } from '../harness.ts';

let server: TestServer;
let w: string;
let rep: User;
let ana: User;
let campaigns: string[];
beforeAll(async () => {
  server = await testServer();
  w = server.workspace;
  // A Monday at noon in the agreement's zone.
  server.clock.now = Date.UTC(2026, 10, 23, 11);
  rep = await server.user('rep', { name: 'Rep One' });
  ana = await server.user('marketer', { name: 'Ana' });
  campaigns = [newId(), newId()];
  await server.in((trx) =>
    trx
      .insertInto('campaign')
      .values([
        {
          workspace: w,
          id: campaigns[0]!,
          name: 'Cut churn in Q4',
          key: 'cut churn',
          channel: 'webinar',
          headline: 'Cut churn',
          points: ['One', 'Two, "quoted"'],
          link: 'https://baton.example/churn',
        },
        { workspace: w, id: campaigns[1]!, name: 'Ops benchmark', key: 'ops', channel: 'content' },
      ])
      .execute(),
  );
});
afterAll(() => server?.close());

const at = (hoursAgo: number) => new Date(server.clock.now - hoursAgo * 3_600_000).toISOString();
const touch = (person: string, n: number, some: Partial<NewTouch> = {}): NewTouch => ({
  person,
  at: at(n),
  kind: 'read',
  channel: 'content',
  source: 'test',
  sourceId: `${person}/${n}`,
  ...some,
});

describe('a card', () => {
  test('says everything that stands on it', async () => {
    const handoff = {
      id: newId(),
      state: 'waiting' as const,
      holder: rep.id,
      openedAt: at(2),
      criteria: ['icp', 'intent'],
      why: ['Attended Cut churn in Q4', 'Pricing page, twice'],
    };
    const id = await server.lead({
      name: 'Dana Whitfield',
      title: 'VP Operations',
      company: 'Northwind Labs',
      segment: 'Enterprise',
      keys: [
        { kind: 'email', value: 'Dana@Northwind.example' },
        { kind: 'linkedin', value: 'dana-whitfield' },
      ],
      stage: 'mql',
      lead: {
        since: at(2),
        clockFrom: at(2),
        handoff,
        owner: ana.id,
        attempts: 1,
        returned: { times: 2, last: { reason: 'no_budget', by: 'Ana', at: at(500) } },
      },
    });
    await server.in((trx) =>
      addTouches(trx, w, [
        touch(id, 1, { kind: 'attended', channel: 'webinar', campaign: campaigns[0]!, asset: 'Webinar', link: 'https://baton.example/w' }),
        touch(id, 2, { campaign: campaigns[1]! }),
        touch(id, 3, { kind: 'opened', channel: 'email', campaign: campaigns[0]! }),
        ...Array.from({ length: 12 }, (_, n) => touch(id, 10 + n)),
      ]),
    );
    const [feedback, reply] = [newId(), newId()];
    await server.in(async (trx) => {
      await trx
        .insertInto('feedback')
        .values({
          workspace: w,
          id: feedback,
          person: id,
          kind: 'verdict',
          verdict: 'poor',
          reasons: ['not_icp'],
          note: 'Too small',
          campaign: campaigns[0]!,
          by_user: rep.id,
          at: at(5),
        })
        .execute();
      await trx
        .insertInto('feedback_reply')
        .values({ workspace: w, id: reply, feedback, state: 'done', note: 'Narrowed', by_user: ana.id, at: at(4) })
        .execute();
    });
    const { status, body } = await server.call(rep, lead, { params: { id } });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id,
      asOf: new Date(server.clock.now).toISOString(),
      origin: 'marketing',
      person: {
        name: 'Dana Whitfield',
        title: 'VP Operations',
        company: 'Northwind Labs',
        segment: 'Enterprise',
        keys: [
          { kind: 'email', value: 'dana@northwind.example' },
          { kind: 'linkedin', value: 'dana-whitfield' },
        ],
      },
      stage: 'mql',
      part: 'middle',
      owner: { team: 'marketing', name: 'Ana', id: ana.id },
      criteria: { met: ['icp', 'intent'], of: ['icp', 'intent', 'role', 'reply'] },
      handoff: { id: handoff.id, state: 'waiting', to: 'Rep One', toId: rep.id, openedAt: at(2), attempts: 1, why: handoff.why },
      clock: { state: 'on_track', allowedMinutes: 480, leftMinutes: 360 },
      returned: { times: 2, last: { reason: 'no_budget', by: 'Ana', at: at(500) } },
      campaigns: [
        {
          id: campaigns[0],
          name: 'Cut churn in Q4',
          channel: 'webinar',
          active: 1,
          passive: 1,
          lastAt: at(1),
          message: { headline: 'Cut churn', points: ['One', 'Two, "quoted"'], link: 'https://baton.example/churn' },
        },
        { id: campaigns[1], name: 'Ops benchmark', channel: 'content', active: 1, passive: 0, lastAt: at(2) },
      ],
      feedback: [
        {
          id: feedback,
          kind: 'verdict',
          verdict: 'poor',
          reasons: ['not_icp'],
          note: 'Too small',
          about: { campaign: campaigns[0] },
          by: 'Rep One',
          byMe: true,
          replies: [{ state: 'done', note: 'Narrowed', by: 'Ana', at: at(4) }],
        },
      ],
      agreement: 1,
      crm: { state: 'none' },
    });
    expect(body.recent).toHaveLength(10);
    expect(body.recent[0]).toEqual({
      id: expect.any(String),
      at: at(1),
      kind: 'attended',
      active: true,
      channel: 'webinar',
      campaign: campaigns[0],
      campaignName: 'Cut churn in Q4',
      asset: 'Webinar',
      link: 'https://baton.example/w',
    });
    expect(body.recent.every(({ active }) => active)).toBe(true);
    expect((await server.call(ana, lead, { params: { id } })).body.feedback[0]!.byMe).toBeUndefined();
  });

  test('of a lead that sales added says which campaigns touched others at the company', async () => {
    const others = await Promise.all(
      [1, 2, 3].map((n) =>
        server.lead({ name: `Colleague ${n}`, company: n === 3 ? 'Contoso' : 'Contoso, Inc.', email: `c${n}@contoso.example` }),
      ),
    );
    const byDomain = await server.lead({ name: 'By domain', email: 'd@contoso.example' });
    await server.in((trx) =>
      addTouches(
        trx,
        w,
        [...others.slice(0, 2), byDomain].map((person, n) => touch(person, n, { campaign: campaigns[0]! })),
      ),
    );
    const added = await server.lead({
      name: 'Added',
      company: 'CONTOSO',
      email: 'added@contoso.example',
      stage: 'sal',
      lead: { origin: 'sales', owner: rep.id },
    });
    const { body } = await server.call(rep, lead, { params: { id: added } });
    expect(body.campaigns).toEqual([]);
    expect(body.company).toMatchObject({ people: 3, campaigns: [{ id: campaigns[0], active: 3, passive: 0 }] });
    const marketing = await server.call(rep, lead, { params: { id: others[2]! } });
    expect(marketing.body.company).toBeUndefined();
  });

  test('takes as many queries for two hundred as for one', async () => {
    const ids = await server.in((trx) => trx.selectFrom('lead').select('id').where('workspace', '=', w).execute());
    const counted = async (some: string[]) => {
      let queries = 0;
      const pool = server.store.pool;
      const client = await pool.connect();
      const query = client.query;
      // biome-ignore lint/suspicious/noExplicitAny: every form of query is counted
      client.query = function (this: typeof client, ...args: any[]) {
        queries++;
        return (query as (...all: unknown[]) => unknown).apply(this, args);
      } as never;
      client.release();
      await Promise.all([server.in((trx) => assembleCards(trx, w, some, { user: rep.id, now: at(0) }))]);
      client.query = query;
      return queries;
    };
    const added = await server.in((trx) =>
      trx.selectFrom('lead').select('id').where('workspace', '=', w).where('origin', '=', 'sales').executeTakeFirstOrThrow(),
    );
    const one = await counted([added.id]);
    expect(one).toBeGreaterThan(5);
    expect(await counted(ids.map(({ id }) => id))).toBe(one);
  });
});

describe('cards by tag', () => {
  const tagsOf = async (emails: string[]) => {
    const { body } = await server.call(rep, leadsetKey);
    const key = await importTagKey(fromBase64url(body.key)!);
    return { kid: body.kid, tags: await Promise.all(emails.map(async (email) => base64url(await tagOf(key, 'email', email)))) };
  };

  test('answer those that are known, each under its tag', async () => {
    const id = await server.lead({
      name: 'Two addresses',
      keys: [
        { kind: 'email', value: 'one@fabrikam.example' },
        { kind: 'email', value: 'two@fabrikam.example' },
      ],
    });
    const { kid, tags } = await tagsOf(['one@fabrikam.example', 'nobody@fabrikam.example', 'two@fabrikam.example', 'one@fabrikam.example']);
    const { status, body } = await server.call(rep, cardsBatch, { body: { kid, tags } });
    expect(status).toBe(200);
    expect(body.items.map(({ tag, card }) => [tag, card.id]).toSorted()).toEqual(
      [
        [tags[0], id],
        [tags[2], id],
      ].toSorted(),
    );
  });

  test('refuse what is no tag, and too many', async () => {
    const { kid, tags } = await tagsOf(['one@fabrikam.example']);
    for (const wrong of [[], ['short'], [`${tags[0]}=`], [tags[0]!.replace(/.$/, 'B')], Array(201).fill(tags[0])])
      expect((await server.call(rep, cardsBatch, { body: { kid, tags: wrong as string[] } })).status).toBe(400);
  });

  test('cost what they reveal: asking for many runs into the limit', async () => {
    const limited = await testServer({ limits: { tags: { quota: 400, window: 3600 } } });
    const user = await limited.user('rep');
    const { kid } = (await limited.call(user, leadsetKey)).body;
    const tags = Array.from({ length: 200 }, (_, n) => base64url(Uint8Array.from({ length: 16 }, (_, i) => (i < 2 ? n : i))));
    const ask = () => limited.call(user, cardsBatch, { body: { kid, tags } });
    expect([(await ask()).status, (await ask()).status, (await ask()).status]).toEqual([200, 200, 429]);
    await limited.close();
  });
});

describe('long lists', () => {
  test('are read page by page, nothing twice and nothing missed, while new touches arrive', async () => {
    const id = await server.lead({ name: 'Long' });
    // Several at the same instant: the id decides.
    const all = Array.from({ length: 95 }, (_, n) =>
      touch(id, Math.floor(n / 3), {
        sourceId: `long/${n}`,
        kind: n % 2 ? 'opened' : 'click',
        ...(n % 5 === 0 && { campaign: campaigns[1]! }),
      }),
    );
    await server.in((trx) => addTouches(trx, w, all));
    const read = async (query: Record<string, unknown>, between?: () => Promise<unknown>) => {
      const items: { id: string; at: string }[] = [];
      let before: string | undefined;
      do {
        const { body } = await server.call(rep, touches, { params: { id }, query: { limit: 7, ...query, ...(before && { before }) } });
        items.push(...body.items);
        before = body.next;
        await between?.();
      } while (before);
      return items;
    };
    let n = 0;
    const items = await read({}, () => server.in((trx) => addTouches(trx, w, [touch(id, -1, { sourceId: `new/${n++}` })])));
    expect(items).toHaveLength(95);
    expect(new Set(items.map((item) => item.id)).size).toBe(95);
    expect(items.map((item) => item.at)).toEqual(
      items
        .map((item) => item.at)
        .toSorted()
        .toReversed(),
    );
    expect(await read({ campaign: campaigns[1] })).toHaveLength(19);
    expect(await read({ active: true })).toHaveLength(48 + n);
    expect((await server.call(rep, touches, { params: { id }, query: { before: 'x' } })).status).toBe(400);
    const past = await server.call(rep, history, { params: { id } });
    expect(past.body.items).toMatchObject([{ kind: 'stage', lead: id, data: { to: 'lead' }, by: { kind: 'source', id: 'test' } }]);
  });

  test('people are found by the beginnings of words, in any order and without accents', async () => {
    const id = await server.lead({ name: 'Zoë Müller-Østergård', company: 'Wide World Importers' });
    const find = async (q: string) => (await server.call(rep, search, { query: { q } })).body.items.map((item) => item.id);
    for (const q of ['zoe', 'mull', 'oster zo', 'ZOË wide', 'importers müller']) expect(await find(q), q).toEqual([id]);
    for (const q of ['oe', 'zoe contoso', '%%', '__']) expect(await find(q), q).toEqual([]);
    const limited = await server.call(rep, search, { query: { q: 'z' } });
    expect(limited.status).toBe(400);
  });
});

test('what is not there is 404, what was merged 308, what was erased 410', async () => {
  expect((await server.call(rep, lead, { params: { id: newId() } })).status).toBe(404);
  expect((await server.call(rep, lead, { params: { id: 'none' } })).status).toBe(400);
  const [a, b, c] = [newId(), newId(), await server.lead()];
  await server.in(async (trx) => {
    await trx
      .insertInto('merge')
      .values([
        { workspace: w, id: newId(), from_person: a, into_person: b },
        { workspace: w, id: newId(), from_person: b, into_person: c },
      ])
      .execute();
    await trx.insertInto('change').values({ workspace: w, lead: newId(), gone: true }).execute();
  });
  for (const [route, path] of [
    [lead, ''],
    [touches, '/touches'],
    [history, '/history'],
  ] as const) {
    const moved = await server.call(rep, route, { params: { id: a } });
    expect(moved.status).toBe(308);
    expect(moved.headers.get('location')).toBe(`/v1/leads/${c}${path}`);
  }
  const gone = await server.in((trx) =>
    trx.selectFrom('change').select('lead').where('workspace', '=', w).where('gone', '=', true).executeTakeFirstOrThrow(),
  );
  expect((await server.call(rep, lead, { params: { id: gone.lead } })).status).toBe(410);
});

test('whoever is signed in is told who and where', async () => {
  const { body } = await server.call(ana, me);
  expect(body).toMatchObject({
    id: ana.id,
    name: 'Ana',
    role: 'marketer',
    workspace: { id: w, name: 'Test' },
    settings: { cards: 'mine', ownDomains: [] },
    agreement: 1,
    api: 1,
  });
  expect((await server.call(undefined, me)).status).toBe(401);
});
