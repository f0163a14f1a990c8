import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commandLineToken } from '../../server/sign-in/token.ts';
import { openStore, type Store } from '../../server/store/db.ts';
import { addressOfRunning } from '../../server/store/embedded.ts';
import { newId } from '../../server/store/id.ts';
import { dataFolder, isAlive, type Process, startProcess } from './process.ts';

const rounds = 3;
const lanes = 8;

let place: Awaited<ReturnType<typeof dataFolder>>;
beforeAll(async () => {
  place = await dataFolder();
});
afterAll(() => place?.remove());

interface Sent {
  kind: 'add' | 'track';
  id: string;
}

async function storeOf(data: string): Promise<Store> {
  return openStore({ url: (await addressOfRunning(data))!, connections: 2 });
}

test('killed under load, it has every write that it acknowledged, and each once', { timeout: 180_000 }, async () => {
  const { data } = place;
  const writeKey = newId();
  const acknowledged: Sent[] = [];
  const unanswered: Sent[] = [];

  const send = async (url: string, token: string, { kind, id }: Sent): Promise<number> => {
    const at = new Date().toISOString();
    const request =
      kind === 'add'
        ? fetch(`${url}/v1/leads`, {
            method: 'POST',
            headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': id },
            body: JSON.stringify({
              id,
              name: `Person ${id}`,
              keys: [{ kind: 'email', value: `${id}@northwind.example` }],
              actedAt: when(id),
            }),
          })
        : fetch(`${url}/v1/track`, {
            method: 'POST',
            headers: { authorization: `Basic ${btoa(`${writeKey}:`)}`, 'content-type': 'application/json' },
            body: JSON.stringify({
              messageId: id,
              userId: `user-${id}`,
              event: 'Form Submitted',
              context: { traits: { email: `t-${id}@northwind.example` } },
              timestamp: at,
              sentAt: at,
            }),
          });
    const response = await request;
    await response.arrayBuffer();
    return response.status;
  };
  /** The same words each time it is sent: an act's body does not change. */
  const when = (id: string) => new Date(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toISOString();

  let workspace = '';
  const open = async (): Promise<{ running: Process; token: string; store: Store }> => {
    const running = await startProcess(data);
    const store = await storeOf(data);
    const { rows } = await store.pool.query<{ workspace: string }>('select workspace from workspaces()');
    workspace = rows[0]!.workspace;
    const rep = await store.inWorkspace(workspace, (trx) =>
      trx.selectFrom('app_user').select('email').where('workspace', '=', workspace).where('role', '=', 'rep').executeTakeFirstOrThrow(),
    );
    const token = await commandLineToken(store.pool, new URL(running.url), rep.email);
    return { running, token, store };
  };

  for (let round = 0; round < rounds; round++) {
    const { running, token, store } = await open();
    if (round === 0)
      await store.inWorkspace(workspace, (trx) =>
        trx
          .insertInto('write_key')
          .values({
            workspace,
            id: newId(),
            name: 'test',
            hash: createHash('sha256').update(writeKey).digest(),
            ends_with: writeKey.slice(-4),
          })
          .execute(),
      );
    // What was cut off before is sent again, as it was.
    for (const one of unanswered.splice(0)) {
      const status = await send(running.url, token, one);
      expect([200, 201], `${one.kind} ${status}`).toContain(status);
      acknowledged.push(one);
    }
    await store.close();
    const before = acknowledged.length;
    const enough = Promise.withResolvers<void>();
    let up = true;
    const load = Promise.all(
      Array.from({ length: lanes }, async (_, lane) => {
        while (up) {
          const one: Sent = { kind: lane % 2 ? 'track' : 'add', id: newId() };
          const status = await send(running.url, token, one).catch(() => 0);
          if (status === 200 || status === 201) {
            acknowledged.push(one);
            if (acknowledged.length >= before + 60) enough.resolve();
          } else {
            expect([0, 503]).toContain(status);
            unanswered.push(one);
            if (status === 0) return;
          }
        }
      }),
    );
    await Promise.race([enough.promise, load]);
    // In both orders: the server first, or the database under it.
    const victims = round % 2 ? [running.child.pid!, running.postgres] : [running.postgres, running.child.pid!];
    for (const pid of victims) process.kill(pid, 'SIGKILL');
    up = false;
    await load;
  }

  const { running, token, store } = await open();
  for (const one of unanswered.splice(0)) {
    expect([200, 201]).toContain(await send(running.url, token, one));
    acknowledged.push(one);
  }
  // And everything once more, as a client does that lost the answer.
  for (const one of acknowledged.slice(0, 50)) expect([200, 201]).toContain(await send(running.url, token, one));
  const [leads, touches, doubles] = await store.inWorkspace(workspace, async (trx) => [
    new Set((await trx.selectFrom('lead').select('id').where('workspace', '=', workspace).execute()).map(({ id }) => id)),
    (await trx.selectFrom('touch').select('source_id').where('workspace', '=', workspace).execute()).map(({ source_id }) => source_id),
    await trx
      .selectFrom('person_key')
      .select(({ fn }) => ['value', fn.countAll<number>().as('n')])
      .where('workspace', '=', workspace)
      .groupBy('value')
      .having(({ fn }) => fn.countAll(), '>', 1)
      .execute(),
  ]);
  for (const { kind, id } of acknowledged)
    if (kind === 'add') expect(leads.has(id), `lead ${id}`).toBe(true);
    else
      expect(
        touches.filter((source) => source.includes(id)),
        `touch ${id}`,
      ).toHaveLength(1);
  expect(doubles).toEqual([]);
  expect(acknowledged.length).toBeGreaterThan(rounds * 60);
  await store.close();
  expect(await running.stop()).toBe(0);
  expect(isAlive(running.postgres)).toBe(false);
});
