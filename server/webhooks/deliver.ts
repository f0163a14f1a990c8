import { sql } from 'kysely';
import { inEnglish, says } from '../../lib/funnel/sentences/index.ts';
import type { Said } from '../../lib/funnel/sentences/sentence.ts';
import type { EventRow } from '../feed/event.ts';
import { type Answer, type Outgoing, OutgoingError } from '../outgoing/request.ts';
import { type Seal, SealBroken } from '../sources/seal.ts';
import type { Store, Trx } from '../store/db.ts';
import { messageOf } from './message.ts';
import { asked, longestWait, manyFailures, patience, restAfter, waitAfter } from './retry.ts';
import { signed } from './sign.ts';
import { spread } from './spread.ts';

/** What deliveries need from the server. */
export interface World {
  seal: Seal;
  call: Outgoing;
  now(): number;
  random(): number;
}

/** A receiver acknowledges; it does not work while we wait. */
const answerWithin = 15_000;
/** How long a delivery belongs to the run that took it. */
const leaseMs = 60_000;
/** How long a run goes on: then it is the turn of other workspaces. */
const runMs = 30_000;

/**
 * Tells every webhook of a workspace what it has not been told, one message at a time each, the oldest first.
 * @returns when the next try is due, ms since epoch, or `undefined`
 */
export async function deliverAll(store: Store, world: World, workspace: string, signal: AbortSignal): Promise<number | undefined> {
  const hooks = await store.inWorkspace(workspace, (trx) =>
    trx.selectFrom('webhook').select('id').where('workspace', '=', workspace).where('state', '=', 'on').execute(),
  );
  await Promise.all(hooks.map(({ id }) => deliver(store, world, workspace, id, signal)));
  const { rows } = await store.inWorkspace(workspace, (trx) =>
    sql<{ next: string | null }>`
      select min(greatest(d.next_at, h.resume_at)) as next from webhook h
      join webhook_delivery d on d.workspace = h.workspace and d.webhook = h.id and d.state = 'waiting'
      where h.workspace = ${workspace}::uuid and h.state = 'on'`.execute(trx),
  );
  const next = rows[0]?.next;
  return next ? Date.parse(next) : undefined;
}

async function deliver(store: Store, world: World, workspace: string, id: string, signal: AbortSignal): Promise<void> {
  const until = world.now() + runMs;
  while (await store.inWorkspace(workspace, (trx) => spread(trx, workspace, id, world.now()))) signal.throwIfAborted();
  for (;;) {
    signal.throwIfAborted();
    const taken = await store.inWorkspace(workspace, (trx) => take(trx, workspace, id, world.now()));
    if (!taken) return;
    const outcome = await send(world, taken, signal);
    await store.inWorkspace(workspace, (trx) => keep(trx, workspace, taken, outcome, world));
    if (world.now() > until) return;
  }
}

interface Taken {
  hook: HookRow;
  event: string;
  tries: number;
  made_at: string;
  body: string;
}
export interface HookRow {
  workspace: string;
  id: string;
  url: string;
  secret: Buffer;
  old_secret: Buffer | null;
  old_until: string | null;
}

async function take(trx: Trx, workspace: string, id: string, now: number): Promise<Taken | undefined> {
  const hook = await trx
    .selectFrom('webhook')
    .selectAll()
    .where('workspace', '=', workspace)
    .where('id', '=', id)
    .where('state', '=', 'on')
    .where((eb) => eb.or([eb('resume_at', 'is', null), eb('resume_at', '<=', new Date(now).toISOString())]))
    .executeTakeFirst();
  if (!hook) return undefined;
  const { rows } = await sql<{ event: string; tries: number; made_at: string }>`
    update webhook_delivery set next_at = ${new Date(now + leaseMs)}, tries = tries + 1
    where workspace = ${workspace}::uuid and webhook = ${id}::uuid and event = (
      select event from webhook_delivery
      where workspace = ${workspace}::uuid and webhook = ${id}::uuid and state = 'waiting' and next_at <= ${new Date(now)}
      order by event limit 1 for update skip locked)
    returning event, tries, made_at`.execute(trx);
  const found = rows[0];
  if (!found) return undefined;
  const row = await trx
    .selectFrom('lead_event')
    .selectAll()
    .where('workspace', '=', workspace)
    .where('id', '=', found.event)
    .executeTakeFirstOrThrow();
  return { hook, ...found, body: await messageOf(trx, workspace, row as EventRow, hook.person) };
}

/** What is kept of a trouble that is over. */
export const noTrouble = { sentence: null, said: null };

/** What became of one try. `whose`: whether the address is at fault, or this message alone. */
export type Outcome =
  | { ok: true; status: number }
  | { ok: false; status?: number; said: Said; whose: 'address' | 'message'; asked: number; gone?: boolean };

/** One try. Never throws for what the other side does. */
export async function post(world: World, hook: HookRow, id: string, body: string, signal: AbortSignal): Promise<Outcome> {
  try {
    const answer = await world.call(hook.url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...signed(id, body, secretsOf(world.seal, hook, world.now()), world.now()) },
      signal,
      timeoutMs: answerWithin,
      maxBytes: 256 * 1024,
    });
    return judged(answer, hook.url, world.now());
  } catch (error) {
    if (!(error instanceof OutgoingError) && !(error instanceof SealBroken)) throw error;
    return { ok: false, said: error.said, whose: 'address', asked: 0 };
  }
}

const send = (world: World, { hook, event, body }: Taken, signal: AbortSignal) => post(world, hook, event, body, signal);

function judged({ status, headers, body }: Answer, url: string, now: number): Outcome {
  if (status >= 200 && status < 300) return { ok: true, status };
  // Their own words, cut to what stands in a row.
  const words = body
    .toString('utf8')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, 200);
  return {
    ok: false,
    status,
    said: says('hook-refused', { host: new URL(url).host, status, words }),
    whose: status >= 500 || status === 429 || status === 404 || status === 401 || status === 403 || status === 410 ? 'address' : 'message',
    asked: asked(headers['retry-after'], now),
    gone: status === 410,
  };
}

const secretsOf = (seal: Seal, hook: HookRow, now: number): string[] => {
  const owner = ownerOf(hook);
  return [
    seal.open(hook.secret, owner),
    ...(hook.old_secret !== null && hook.old_until !== null && Date.parse(hook.old_until) > now ? [seal.open(hook.old_secret, owner)] : []),
  ];
};

/** What its secrets are sealed for. */
export const ownerOf = ({ workspace, id }: { workspace: string; id: string }): string => `${workspace}/webhook/${id}`;

async function keep(trx: Trx, workspace: string, taken: Taken, outcome: Outcome, world: World): Promise<void> {
  const { hook, event, tries, made_at } = taken;
  const now = world.now();
  const at = new Date(now).toISOString();
  const ofDelivery = trx
    .updateTable('webhook_delivery')
    .where('workspace', '=', workspace)
    .where('webhook', '=', hook.id)
    .where('event', '=', event);
  const ofHook = trx.updateTable('webhook').where('workspace', '=', workspace).where('id', '=', hook.id);
  if (outcome.ok) {
    await ofDelivery.set({ state: 'taken', taken_at: at, status: outcome.status, ...noTrouble }).execute();
    await ofHook.set({ failing_since: null, failures: 0, resume_at: null, ...noTrouble, taken_at: at }).execute();
    return;
  }
  const before = await trx
    .selectFrom('webhook')
    .select(['failing_since', 'failures', 'taken_at'])
    .where('workspace', '=', workspace)
    .where('id', '=', hook.id)
    .forUpdate()
    .executeTakeFirst();
  if (!before) return;
  const { status = null } = outcome;
  const trouble = { sentence: inEnglish(outcome.said)!, said: JSON.stringify(outcome.said) };
  const whole = outcome.whose === 'address';
  // While the address takes nothing at all, no message is given up: it is not the message's fault.
  const tookOthers = before.taken_at !== null && before.taken_at >= made_at;
  const wait = waitAfter(tries, world.random(), outcome.asked) ?? (whole && !tookOthers ? longestWait : undefined);
  await ofDelivery
    .set({ status, ...trouble, ...(wait === undefined ? { state: 'failed' as const } : { next_at: new Date(now + wait) }) })
    .execute();
  const since = before.failing_since ?? at;
  const failures = before.failures + 1;
  // One message that is refused again and again says nothing about the address.
  const lasting = now - Date.parse(since) >= patience && (whole || failures >= manyFailures);
  await ofHook
    .set({
      failing_since: since,
      failures,
      ...trouble,
      ...(whole && { resume_at: new Date(now + restAfter(failures, world.random(), outcome.asked)) }),
      ...((outcome.gone || lasting) && { state: 'off' as const }),
    })
    .execute();
}
