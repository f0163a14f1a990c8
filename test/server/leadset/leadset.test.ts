import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cardsBatch } from '../../../lib/contract/routes/cards.ts';
import { leadset, leadsetKey } from '../../../lib/contract/routes/leadset.ts';
import { changeUser } from '../../../lib/contract/routes/users.ts';
import { apply, decode, has, mediaType } from '../../../lib/funnel/leadset.ts';
import { base64url, fromBase64url, importTagKey, prefix40, tagOf } from '../../../lib/funnel/tag.ts';
import type { User } from '../../../server/http/user.ts';
import { renewKey, tendKeys } from '../../../server/leadset/keys.ts';
import { erasePerson, tieKeys, untieKey } from '../../../server/store/people.ts';
import { type TestServer, testServer } from '../harness.ts';

let server: TestServer;
let rep: User;
beforeAll(async () => {
  server = await testServer();
  rep = await server.user('rep');
});
afterAll(() => server?.close());

/** A device: follows the set as the extension does. */
class Device {
  kid = 0;
  key: CryptoKey | undefined;
  version = 0;
  set = new Float64Array(0);
  /** Bytes and kind of the last answer. */
  last = { bytes: 0, from: 0 };
  async keys() {
    const { body } = await server.call(rep, leadsetKey);
    this.kid = body.kid;
    this.key = await importTagKey(fromBase64url(body.key)!);
    return body;
  }
  async sync(): Promise<number> {
    const answer = await server.call(rep, leadset, { query: { kid: this.kid, ...(this.version && { have: this.version }) } });
    if (answer.status !== 200) return answer.status;
    expect(answer.headers.get('content-type')).toBe(mediaType);
    const delta = decode(answer.bytes, { maxTags: 1e6, kid: this.kid, have: this.version });
    this.set = await apply(this.set, delta);
    this.version = delta.to;
    this.last = { bytes: answer.bytes.length, from: delta.from };
    return 200;
  }
  async knows(email: string): Promise<boolean> {
    return has(this.set, prefix40(await tagOf(this.key!, 'email', email)));
  }
}

describe('the lead set', () => {
  test('has every lead and nobody else, and answers 204 when nothing changed', async () => {
    const device = new Device();
    await device.keys();
    expect(await device.sync()).toBe(200);
    expect(device.set.length).toBe(0);
    const emails = Array.from({ length: 200 }, (_, n) => `known.${n}@northwind.example`);
    for (const email of emails) await server.lead({ email });
    expect(await device.sync()).toBe(200);
    for (const email of emails) expect(await device.knows(email)).toBe(true);
    for (let n = 0; n < 500; n++) expect(await device.knows(`stranger.${n}@northwind.example`)).toBe(false);
    expect(await device.sync()).toBe(204);
    expect((await server.call(rep, leadset, { query: { kid: device.kid, have: device.version } })).bytes).toHaveLength(0);
  });

  test('follows what comes and goes by small changes, from any version', async () => {
    const [now, late] = [new Device(), new Device()];
    for (const device of [now, late]) {
      await device.keys();
      await device.sync();
    }
    const people: string[] = [];
    for (let n = 0; n < 5; n++) {
      people.push(await server.lead({ email: `coming.${n}@northwind.example` }));
      expect(await now.sync()).toBe(200);
      expect(now.last.from).toBeGreaterThan(0);
      expect(now.last.bytes).toBeLessThan(90);
    }
    const gone = people[0]!;
    const other = people[1]!;
    await server.in(async (trx) => {
      await erasePerson(trx, server.workspace, gone);
      const { tied } = await tieKeys(trx, server.workspace, other, [{ kind: 'email', value: 'second@northwind.example' }], 'test');
      // Came and went in one transaction: no trace.
      const fleeting = await tieKeys(trx, server.workspace, other, [{ kind: 'email', value: 'fleeting@northwind.example' }], 'test');
      await untieKey(trx, server.workspace, other, fleeting.tied[0]!.id);
      expect(tied).toHaveLength(1);
    });
    for (const device of [now, late]) {
      expect(await device.sync()).toBe(200);
      expect(device.last.from).toBeGreaterThan(0);
      expect(await device.knows('coming.0@northwind.example')).toBe(false);
      expect(await device.knows('coming.1@northwind.example')).toBe(true);
      expect(await device.knows('second@northwind.example')).toBe(true);
      expect(await device.knows('fleeting@northwind.example')).toBe(false);
    }
    const fresh = new Device();
    await fresh.keys();
    await fresh.sync();
    expect(fresh.set).toEqual(now.set);
    expect(late.set).toEqual(now.set);
  });

  test('is told as a change to who is thirty versions behind, and as a whole to who is further back than is kept', async () => {
    const [later, late, now] = [new Device(), new Device(), new Device()];
    for (const [n, device] of [later, late, now].entries()) {
      await server.lead({ email: `behind.${n}@northwind.example` });
      await device.keys();
      await device.sync();
    }
    for (let n = 0; n < 30; n++) {
      await server.lead({ email: `thirty.${n}@northwind.example` });
      await now.sync();
    }
    expect(now.version - late.version).toBeGreaterThanOrEqual(30);
    await late.sync();
    expect(late.last.from).toBeGreaterThan(0);
    expect(late.last.bytes).toBeLessThan(66 + 31 * 6);
    expect(late.set).toEqual(now.set);
    await server.in((trx) =>
      trx
        .deleteFrom('leadset_delta')
        .where('version', '=', later.version + 1)
        .execute(),
    );
    await later.sync();
    expect(later.last.from).toBe(0);
    expect(later.set).toEqual(now.set);
  });

  test('is one version for all who ask at the same time', async () => {
    const device = new Device();
    await device.keys();
    await device.sync();
    for (let n = 0; n < 20; n++) await server.lead({ email: `together.${n}@northwind.example` });
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => server.call(rep, leadset, { query: { kid: device.kid, have: device.version } })),
    );
    expect(new Set(answers.map(({ bytes }) => base64url(bytes))).size).toBe(1);
  });

  test('writers that commit late are in the next version', async () => {
    const device = new Device();
    await device.keys();
    await device.sync();
    const held = Promise.withResolvers<void>();
    const tied = Promise.withResolvers<void>();
    const person = await server.lead();
    const slow = server.in(async (trx) => {
      await tieKeys(trx, server.workspace, person, [{ kind: 'email', value: 'late@northwind.example' }], 'test');
      tied.resolve();
      await held.promise;
    });
    await tied.promise;
    await server.lead({ email: 'meanwhile@northwind.example' });
    await device.sync();
    // Nobody waits for somebody else's slow transaction.
    expect(await device.knows('meanwhile@northwind.example')).toBe(true);
    expect(await device.knows('late@northwind.example')).toBe(false);
    held.resolve();
    await slow;
    await device.sync();
    expect(await device.knows('late@northwind.example')).toBe(true);
    expect(await device.knows('meanwhile@northwind.example')).toBe(true);
  });

  test('of a key that is gone is 410, for cards as well', async () => {
    expect((await server.call(rep, leadset, { query: { kid: 1 } })).status).toBe(410);
    expect((await server.call(rep, cardsBatch, { body: { kid: 1, tags: ['AAAAAAAAAAAAAAAAAAAAAA'] } })).status).toBe(410);
  });

  test('of another workspace is another one', async () => {
    const home = await server.anotherWorkspace();
    const stranger = await server.user('rep', { workspace: home });
    const { kid } = (await server.call(rep, leadsetKey)).body;
    const theirs = (await server.call(stranger, leadsetKey)).body;
    expect(theirs.kid).not.toBe(kid);
    expect((await server.call(stranger, leadset, { query: { kid } })).status).toBe(410);
  });
});

describe('a new key', () => {
  test('is offered beside the old one when every lead has its tag, and the old one goes', async () => {
    const device = new Device();
    const before = await device.keys();
    await device.sync();
    await renewKey(server.store, server.workspace);
    const both = await device.keys();
    expect(both.kid).toBe(before.kid);
    expect(Date.parse(both.notAfter)).toBeLessThanOrEqual(Date.now() + 7 * 86_400_000 + 5000);
    expect(both.next!.kid).not.toBe(before.kid);
    // While both are served, a new lead is found by either.
    await server.lead({ name: 'Both', email: 'both@northwind.example' });
    await device.sync();
    expect(await device.knows('both@northwind.example')).toBe(true);

    const next = new Device();
    next.kid = both.next!.kid;
    next.key = await importTagKey(fromBase64url(both.next!.key)!);
    await next.sync();
    expect(next.set.length).toBe(device.set.length);
    expect(await next.knows('known.7@northwind.example')).toBe(true);
    expect(await next.knows('both@northwind.example')).toBe(true);
    const tag = base64url(await tagOf(next.key, 'email', 'both@northwind.example'));
    const { body } = await server.call(rep, cardsBatch, { body: { kid: next.kid, tags: [tag] } });
    expect(body.items).toMatchObject([{ tag, card: { person: { name: 'Both' } } }]);

    server.clock.now += 8 * 86_400_000;
    expect(await device.keys()).toMatchObject({ kid: both.next!.kid });
    await server.in((trx) =>
      trx
        .updateTable('leadset_key')
        .set({ not_after: new Date(Date.now() - 2 * 86_400_000) })
        .where('kid', '=', before.kid)
        .execute(),
    );
    await tendKeys(server.store, server.workspace);
    expect((await server.call(rep, leadset, { query: { kid: before.kid } })).status).toBe(410);
    server.clock.now = Date.now();
  });

  test('comes when somebody leaves, and what they took along tells nothing of it', async () => {
    const leaver = new Device();
    await tendKeys(server.store, server.workspace);
    expect((await leaver.keys()).next).toBeUndefined();
    const admin = await server.user('admin');
    const { status } = await server.call(admin, changeUser, { params: { id: (await server.user('rep')).id }, body: { disabled: true } });
    expect(status).toBe(200);
    await tendKeys(server.store, server.workspace);
    const both = await leaver.keys();
    expect(both.kid).toBe(leaver.kid);
    const next = new Device();
    next.kid = both.next!.kid;
    next.key = await importTagKey(fromBase64url(both.next!.key)!);
    await next.sync();
    let found = 0;
    for (let n = 0; n < 200; n++) {
      const email = `known.${n}@northwind.example`;
      expect(await next.knows(email)).toBe(true);
      if (has(next.set, prefix40(await tagOf(leaver.key!, 'email', email)))) found++;
    }
    expect(found).toBe(0);
    // Once is enough.
    await tendKeys(server.store, server.workspace);
    expect((await leaver.keys()).next!.kid).toBe(next.kid);
  });
});
