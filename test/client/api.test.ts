import { describe, expect, test } from 'vitest';
import { type Api, api, authorityOf } from '../../lib/client/api.ts';
import { httpWire, outcomeOf, queueItem } from '../../lib/client/http.ts';
import { SessionTrouble } from '../../lib/client/session/world.ts';
import { Offline, Refused, SignedOut } from '../../lib/client/trouble.ts';
import { cardsBatch } from '../../lib/contract/routes/cards.ts';
import { importRows } from '../../lib/contract/routes/imports.ts';
import { decide } from '../../lib/contract/routes/leads.ts';
import { lead, touches } from '../../lib/contract/routes/leads-read.ts';
import { users } from '../../lib/contract/routes/users.ts';
import { cardOf, uuid } from './world.ts';

type Sent = { url: string; init: RequestInit; as?: string };
function calling(answer: (sent: Sent) => Response | Promise<Response>): { call: Api; sent: Sent[]; seen: string[] } {
  const sent: Sent[] = [];
  const seen: string[] = [];
  const call = api(
    {
      backend: async () => 'https://baton.ridgeway.example/',
      async send(url, init, as) {
        sent.push({ url, init, as });
        return answer({ url, init, as });
      },
    },
    {
      answered: (status, retryAfter) => void seen.push(`${status} ${retryAfter ?? ''}`.trim()),
      failed: () => void seen.push('failed'),
      leftOut: (route, entries) => void (entries > 0 && seen.push(`${route} without ${entries}`)),
    },
    () => Date.parse('2026-11-24T12:00:00Z'),
  );
  return { call, sent, seen };
}
const json = (body: unknown, status = 200, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });
const problem = (status: number, more: object = {}, headers: Record<string, string> = {}) =>
  json({ type: 'urn:baton:problem:refused', title: 'Refused', status, ...more }, status, headers);
const caught = (work: Promise<unknown>) => work.then(() => undefined).catch((error: unknown) => error);

describe('calling the backend', () => {
  test('address, body and key are what the route says', async () => {
    const card = cardOf('Dana', 'dana@northwind.example');
    const { call, sent } = calling(() => json({ card }, 201));
    const body = { kind: 'accept' as const, basis: 4, actedAt: '2026-11-24T12:00:00Z', agreement: 3 };
    const answer = await call.call(decide, { params: { id: card.id }, body, key: 'op-1', as: 'ana' });
    expect(answer.card).toEqual(card);
    expect(sent[0]).toMatchObject({
      url: `https://baton.ridgeway.example/v1/leads/${card.id}/decisions`,
      as: 'ana',
      init: { method: 'POST', credentials: 'omit', cache: 'no-store', body: JSON.stringify(body), headers: { 'idempotency-key': 'op-1' } },
    });
  });

  test('a file goes out as it is', async () => {
    const { call, sent } = calling(() => problem(400));
    const text = 'email;name\ndana@northwind.example;"Dana"\n';
    await caught(call.call(importRows, { params: { kind: 'people' }, body: text as never }));
    expect(sent[0]?.init).toMatchObject({ body: text, headers: { 'content-type': 'text/csv' } });
  });

  test('what is put into an address cannot leave its place', async () => {
    const { call, sent } = calling(() => json({ items: [] }));
    await call.call(touches, { params: { id: '../../users?x=' }, query: { before: 'a&b=c', campaign: undefined } });
    expect(sent[0]?.url).toBe('https://baton.ridgeway.example/v1/leads/..%2F..%2Fusers%3Fx%3D/touches?before=a%26b%3Dc');
    await expect(call.call(lead, { params: { id: '' } })).rejects.toThrow('needs id');
  });

  test('a problem document comes as what it says', async () => {
    const { call, seen } = calling(() => problem(422, { detail: 'Only a rep can do that.' }));
    const error = await caught(call.call(users, { query: {} }));
    expect(error).toBeInstanceOf(Refused);
    expect(error).toMatchObject({ status: 422, code: 'refused', message: 'Only a rep can do that.' });
    expect(seen).toEqual(['422']);
  });

  test.each([
    ['30', 30_000],
    ['Tue, 24 Nov 2026 12:00:05 GMT', 5000],
    ['Tue, 24 Nov 2026 11:00:00 GMT', 0],
    ['soon', undefined],
  ])('Retry-After %s', async (header, ms) => {
    const { call } = calling(() => problem(429, {}, { 'retry-after': header }));
    expect(await caught(call.call(users, { query: {} }))).toMatchObject({ retryAfter: ms });
  });

  test('no network is one kind of trouble, no sign-in another', async () => {
    const { call, seen } = calling(() => Promise.reject(new TypeError('Failed to fetch')));
    expect(await caught(call.call(users, { query: {} }))).toBeInstanceOf(Offline);
    expect(seen).toEqual(['failed']);
    const out = calling(() => Promise.reject(new SignedOut()));
    expect(await caught(out.call.call(users, { query: {} }))).toBeInstanceOf(SignedOut);
    expect(out.seen).toEqual([]);
  });

  test('an answer that the contract does not know is trouble of the server', async () => {
    for (const body of [{ items: 'all' }, null, { items: [{ tag: 'x', card: {} }] }]) {
      const { call } = calling(() => json(body));
      expect(await caught(call.call(cardsBatch, { body: { kid: 1, tags: [] } }))).toMatchObject({ status: 502 });
    }
    const { call } = calling(() => new Response('<html>sign in to the network</html>'));
    expect(await caught(call.call(users, { query: {} }))).toMatchObject({ status: 502 });
  });

  test('a connection that is cut within the answer is no answer', async () => {
    const cut = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('{"items":['));
        controller.error(new TypeError('network error'));
      },
    });
    const { call, seen } = calling(() => new Response(cut));
    expect(await caught(call.call(users, { query: {} }))).toBeInstanceOf(Offline);
    expect(seen.at(-1)).toBe('failed');
  });

  test('a merged person’s old address is proven anew at the one it leads to', async () => {
    const card = cardOf('Dana', 'dana@northwind.example');
    const { call, sent } = calling(({ url }) => {
      if (url.endsWith(card.id)) return json(card);
      const response = problem(401);
      Object.defineProperties(response, {
        redirected: { value: true },
        url: { value: `https://baton.ridgeway.example/v1/leads/${card.id}` },
      });
      return response;
    });
    expect((await call.call(lead, { params: { id: uuid() } })).id).toBe(card.id);
    expect(sent).toHaveLength(2);
    const elsewhere = calling(() => {
      const response = problem(401);
      Object.defineProperties(response, { redirected: { value: true }, url: { value: 'https://evil.test/v1/leads/x' } });
      return response;
    });
    await caught(elsewhere.call.call(lead, { params: { id: uuid() } }));
    expect(elsewhere.sent).toHaveLength(1);
  });

  test('a session that is signed out says so; one that cannot reach the backend is offline', async () => {
    const session = (kind: 'signed-out' | 'unreachable') => ({
      status: async () => ({ state: 'signed-in' as const, backend: 'https://b.example', user: 'u', since: '' }),
      authorizedFetch: () => Promise.reject(new SessionTrouble(kind, 'x')),
    });
    const watcher = { answered: () => undefined, failed: () => undefined, leftOut: () => undefined };
    expect(await caught(api(authorityOf(session('signed-out')), watcher, Date.now).call(users, { query: {} }))).toBeInstanceOf(SignedOut);
    expect(await caught(api(authorityOf(session('unreachable')), watcher, Date.now).call(users, { query: {} }))).toBeInstanceOf(Offline);
  });
});

describe('what an answer means for an act', () => {
  const refused = (status: number, more: object = {}, retryAfter?: number) =>
    outcomeOf(new Refused(status, { type: 'urn:baton:problem:x', title: 'Title', status, ...more }, retryAfter));

  test.each([408, 425, 429, 500, 502, 503, 504])('%i is tried again', (status) => {
    expect(refused(status, {}, 7000)).toEqual({ is: 'later', asked: 7000 });
  });
  test.each([400, 403, 404, 409, 410, 413, 415, 422])('%i is the user’s to deal with', (status) => {
    expect(refused(status, { detail: 'Words.' })).toMatchObject({ is: 'refused', sentence: 'Words.' });
  });
  test('a conflict brings the card; what is no card is left out', () => {
    const card = cardOf('Dana', 'dana@northwind.example');
    expect(refused(409, { card })).toMatchObject({ card: { id: card.id } });
    expect(refused(409, { card: { id: 'x' } })).not.toHaveProperty('card');
  });
  test('words about fields stand in for a missing sentence', () => {
    expect(refused(400, { errors: [{ pointer: '/note', detail: 'A note is too long.' }] })).toMatchObject({
      sentence: 'A note is too long.',
    });
    expect(refused(400)).toMatchObject({ sentence: 'Title' });
  });
  test.each([new Offline(), new SignedOut(), new SessionTrouble('unreachable', 'x')])('%s stops sending', (error) => {
    expect(outcomeOf(error)).toEqual({ is: 'stopped' });
  });
  test('401 after renewing stops too, and nothing is lost by an error nobody foresaw', () => {
    expect(refused(401)).toEqual({ is: 'stopped' });
    expect(outcomeOf(new Error('bug'))).toEqual({ is: 'later' });
  });
});

test('a row of the queue says first why', () => {
  const person = { name: 'Dana', title: 'VP', company: 'Northwind' };
  expect(queueItem({ kind: 'handoff', lead: uuid(), person, why: 'Pricing page' })).toMatchObject({
    title: 'Dana',
    subtitle: 'Pricing page',
  });
  // A verdict without words has none: what stands of the person was not said by anybody.
  const given = { id: uuid(), kind: 'verdict' as const, verdict: 'fair' as const, reasons: [], by: 'Rep One', at: '2026-11-24T09:00:00Z' };
  expect(queueItem({ kind: 'feedback', lead: uuid(), person, feedback: given })).toMatchObject({
    subtitle: '',
    feedback: { id: given.id, verdict: 'fair', by: 'Rep One' },
  });
  expect(queueItem({ kind: 'own', lead: uuid(), person })).toMatchObject({ subtitle: 'VP · Northwind' });
  expect(queueItem({ kind: 'rejects', count: 3 })).toMatchObject({ lead: '', count: 3 });
});

test('an endless lead set is cut off in bounded memory, and refused as one that is too long', async () => {
  const piece = new Uint8Array(1_000_000);
  let pulled = 0;
  let cancelled = false;
  const endless = new ReadableStream({
    pull(controller) {
      pulled += piece.length;
      controller.enqueue(piece);
    },
    cancel() {
      cancelled = true;
    },
  });
  const { call } = calling(() => new Response(endless, { headers: { 'content-type': 'application/vnd.baton.leadset' } }));
  const error = await caught(httpWire(call, async () => undefined).leadset({ kid: 1 }));
  expect(error).toMatchObject({ name: 'LeadSetError', code: 'too-many' });
  expect(cancelled).toBe(true);
  expect(pulled).toBeLessThanOrEqual(66_000_000);
});

describe('any other call', () => {
  const over = (answer: () => Response) => {
    const { call, sent } = calling(answer);
    return { wire: httpWire(call, async () => 'https://baton.ridgeway.example'), sent };
  };

  test('goes out as its route says, and its answer comes back as it is', async () => {
    const { wire, sent } = over(() => new Response('a,b\n1,2\n', { headers: { 'content-type': 'text/csv; charset=utf-8' } }));
    expect(await wire.any({ route: 'campaigns', query: { limit: '5' }, accept: 'text/csv' })).toEqual({
      status: 200,
      body: 'a,b\n1,2\n',
      type: 'text/csv; charset=utf-8',
    });
    expect(sent[0]).toMatchObject({
      url: 'https://baton.ridgeway.example/v1/campaigns?limit=5',
      init: { headers: { accept: 'text/csv' } },
    });
  });

  test('one that changes something has a key; a problem is an answer too', async () => {
    const { wire, sent } = over(() => problem(409, { detail: 'That name is taken.' }));
    expect(await wire.any({ route: 'addTeam', body: { name: 'North', side: 'sales' } })).toMatchObject({
      status: 409,
      body: { detail: 'That name is taken.' },
    });
    expect((sent[0]!.init.headers as Record<string, string>)['idempotency-key']).toMatch(/^[\da-f-]{36}$/);
  });

  test.each(['decide', 'addLead', 'giveFeedback', 'replyToFeedback', 'tie', 'untie', 'metrics', 'toString', 'nothing'])(
    '%s is not for here',
    async (route) => {
      const { wire, sent } = over(() => json({}));
      expect((await wire.any({ route, params: { id: uuid() }, body: {} })).status).toBeGreaterThanOrEqual(400);
      expect(sent).toEqual([]);
    },
  );
});
