import { changeSettings } from '../../lib/contract/routes/me.ts';
import type { User } from '../../server/http/user.ts';
import type { Arrival } from '../../server/ingest/arrival.ts';
import { ingest } from '../../server/ingest/ingest.ts';
import type { TestServer } from '../server/harness.ts';
import { type Device, device } from './device.ts';

/** A workspace of so many leads, and a device on which the admin's switch for all of them is turned on and off. */
export interface Followed {
  device: Device;
  /** Of the sync that brought everybody; of the next one, when nothing had happened; of the one after a touch. */
  all: { requests: number; bytes: number; feed: number; ms: number };
  idle: { requests: number; bytes: number; feed: number };
  touched: { requests: number; bytes: number; feed: number };
  held: { count: number; bytes: number; kinds: Record<string, number> };
  /** Pages of the feed that were asked for in all when the line was cut in the middle. */
  pagesWithCut: number;
  /** What is left when the switch is off again. */
  left: { count: number; kinds: Record<string, number> };
  mine: number;
}

export const emailOf = (n: number): string => `person.${n}@company${n % 97}.example`;

export async function follow(server: TestServer, leads: number): Promise<Followed> {
  const [rep, admin] = [await server.user('rep'), await server.user('admin')];
  const mine = await fill(server, rep, leads);
  const one = device(server, rep);
  await one.sync();
  const before = await one.held();
  if (before.count !== mine) throw new Error(`Before the switch ${before.count} cards are kept; ${mine} are the rep’s own.`);
  const turn = async (cards: 'mine' | 'workspace') => {
    const { status } = await server.call(admin, changeSettings, { body: { cards } });
    if (status !== 200) throw new Error(String(status));
  };
  await turn('workspace');
  one.used();
  const started = performance.now();
  await one.sync();
  const all = { ...one.used(), ms: performance.now() - started };
  const held = await one.held();
  await one.sync();
  const idle = one.used();
  await touch(server, 3, 'later');
  await one.sync();
  const touched = one.used();

  const other = device(server, rep);
  other.breakAt(Math.ceil(leads / 200 / 2));
  const cut = await other.sync().then(
    () => false,
    () => true,
  );
  if (!cut) throw new Error('The line was not cut.');
  await other.sync();
  if ((await other.held()).count !== leads) throw new Error('After the cut some are missing.');
  const pagesWithCut = other.used().feed;

  await turn('mine');
  await one.sync();
  return { device: one, all, idle, touched, held, pagesWithCut, left: await one.held(), mine };
}

/** Leads with three touches each; every fortieth is the rep's. */
async function fill(server: TestServer, rep: User, leads: number): Promise<number> {
  const at = (n: number) => new Date(server.clock.now - 86_400_000 * (1 + (n % 90))).toISOString();
  let mine = 0;
  const arrivals = Array.from({ length: leads }, (_, n): Arrival[] => {
    const own = n % 40 === 0;
    if (own) mine++;
    const person = {
      keys: [{ kind: 'email' as const, value: emailOf(n) }],
      name: `Person Number${n}`,
      title: 'VP Operations',
      company: `Company ${n % 97}`,
    };
    return [
      {
        source: 'test',
        sourceId: `lead ${n}`,
        at: at(n),
        person: { ...person, ...(own && { owner: rep.email }) },
        stage: { to: own ? 'sql' : 'lead' },
      },
      ...(['click', 'opened', 'downloaded'] as const).map((kind, i) => ({
        source: 'test',
        sourceId: `touch ${n} ${i}`,
        at: at(n + i),
        person: { keys: person.keys },
        touch: {
          kind,
          campaign: { name: `Campaign ${(n + i) % 12}`, channel: 'webinar' as const },
          asset: 'Seven signs that a customer leaves',
        },
      })),
    ];
  });
  for (let i = 0; i < arrivals.length; i += 250) await take(server, arrivals.slice(i, i + 250).flat());
  return mine;
}

const take = (server: TestServer, arrivals: Arrival[]) =>
  server.in(async (trx) => {
    const receivedAt = new Date(server.clock.now).toISOString();
    await ingest(trx, server.workspace, arrivals, { receivedAt, kind: 'history', by: { kind: 'source', id: 'test' } });
  });

const touch = (server: TestServer, n: number, sourceId: string) =>
  take(server, [
    {
      source: 'test',
      sourceId,
      at: new Date(server.clock.now - 1000).toISOString(),
      person: { keys: [{ kind: 'email', value: emailOf(n) }] },
      touch: { kind: 'click', campaign: { name: 'Campaign 1' } },
    },
  ]);
