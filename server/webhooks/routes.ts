import { sql } from 'kysely';
import { Counter } from 'prom-client';
import * as contract from '../../lib/contract/routes/webhooks.ts';
import { inEnglish, says } from '../../lib/funnel/sentences/index.ts';
import { byOf } from '../acts/common.ts';
import { type App, reply } from '../http/app.ts';
import { noSuch, told, worded } from '../http/problem.ts';
import type { User } from '../http/user.ts';
import { allowedHosts } from '../outgoing/allowed.ts';
import { counted } from '../outgoing/counted.ts';
import { callable, OutgoingError, outgoing } from '../outgoing/request.ts';
import { openSeal } from '../sources/seal.ts';
import { recordAudit } from '../store/audit.ts';
import { decodeCursor, feedEnd } from '../store/change.ts';
import type { Trx } from '../store/db.ts';
import { newId } from '../store/id.ts';
import { deliverAll, noTrouble, ownerOf, post, type World } from './deliver.ts';
import { testMessage } from './message.ts';
import { beginning, endPlace, isBefore, placeAt, placeIn } from './place.ts';
import { show } from './show.ts';
import { newSecret } from './sign.ts';

/** Deliveries that were taken are kept this long, to be looked at and told again one by one. */
const keptDays = 30;

const job = 'webhook.deliver';

export function routes(app: App): void {
  const hosts = allowedHosts();
  const calls = new Counter({
    name: 'baton_webhook_calls_total',
    help: 'Messages sent to webhooks, by the answer',
    labelNames: ['answer'],
    registers: [app.metrics],
  });
  const call = counted(outgoing(hosts), calls);
  let made: Promise<World> | undefined;
  const world = () => (made ??= openSeal(app.config.data).then((seal) => ({ seal, call, now: app.now, random: Math.random })));
  /** Workspaces that have a webhook, as far as this process has noticed: a hint; every minute all are looked at. */
  const listening = new Set<string>();
  const soon = (workspace: string, startAfter?: Date) =>
    app.jobs
      .send(workspace, job, {}, startAfter ? { key: 'later', startAfter } : { key: 'soon' })
      .catch((error) => app.log.warn({ error }, 'webhooks are not told at once'));
  app.changed((workspace) => void (listening.has(workspace) && soon(workspace)));

  app.handle(contract.webhooks, async ({ trx, workspace }) => ({ items: await show(trx, workspace, app.now()) }));

  app.handle(contract.addWebhook, async ({ trx, workspace, user, body, receivedAt }) => {
    const { name, url, kinds, person } = body;
    checkAddress(url, hosts);
    const id = newId();
    const secret = newSecret();
    const { seal } = await world();
    const { era, xid, id: after } = await endPlace(trx);
    await trx
      .insertInto('webhook')
      .values({
        ...{ workspace, id, name, url, kinds, person, era, xid, after_event: after, made_by: user.id },
        secret: seal.close(secret, ownerOf({ workspace, id })),
      })
      .execute();
    await audit(trx, user, receivedAt, 'add', id, { host: new URL(url).host });
    listening.add(workspace);
    return { webhook: await one(trx, workspace, id), secret };
  });

  app.handle(contract.changeWebhook, async ({ trx, workspace, user, params, body, receivedAt }) => {
    if (body.url !== undefined) checkAddress(body.url, hosts);
    await one(trx, workspace, params.id);
    const { name, url, kinds, person, state } = body;
    await trx
      .updateTable('webhook')
      .set({
        ...(name !== undefined && { name }),
        ...(url !== undefined && { url }),
        ...(kinds !== undefined && { kinds }),
        ...(person !== undefined && { person }),
        ...(state !== undefined && { state }),
        // Somebody has dealt with it: it begins afresh.
        ...((state !== undefined || url !== undefined) && { failing_since: null, failures: 0, resume_at: null, ...noTrouble }),
        workspace,
      })
      .where('workspace', '=', workspace)
      .where('id', '=', params.id)
      .execute();
    await audit(trx, user, receivedAt, 'change', params.id, { changed: Object.keys(body), ...(state && { state }) });
    listening.add(workspace);
    return one(trx, workspace, params.id);
  });

  app.handle(contract.removeWebhook, async ({ trx, workspace, user, params, receivedAt }) => {
    await one(trx, workspace, params.id);
    await trx.deleteFrom('webhook').where('workspace', '=', workspace).where('id', '=', params.id).execute();
    await audit(trx, user, receivedAt, 'remove', params.id);
    return reply(204);
  });

  app.handle(contract.rotateWebhook, async ({ trx, workspace, user, params, body, receivedAt }) => {
    await one(trx, workspace, params.id);
    const secret = newSecret();
    const { seal } = await world();
    const until = body.overlapHours > 0 ? new Date(app.now() + body.overlapHours * 3_600_000) : null;
    await trx
      .updateTable('webhook')
      .set((eb) => ({
        old_secret: until && eb.ref('secret'),
        old_until: until,
        secret: seal.close(secret, ownerOf({ workspace, id: params.id })),
      }))
      .where('workspace', '=', workspace)
      .where('id', '=', params.id)
      .execute();
    await audit(trx, user, receivedAt, 'rotate', params.id, { overlapHours: body.overlapHours });
    return { webhook: await one(trx, workspace, params.id), secret };
  });

  // Outside a transaction: one that waits for the world holds back the feed of everybody.
  app.stream(contract.testWebhook, async ({ user, params, request, receivedAt }) => {
    const { workspace } = user as User;
    const hook = await app.store.inWorkspace(workspace, (trx) =>
      trx.selectFrom('webhook').selectAll().where('workspace', '=', workspace).where('id', '=', params.id).executeTakeFirst(),
    );
    if (!hook) throw noSuch('webhook');
    const id = newId();
    const outcome = await post(await world(), hook, id, testMessage(id, receivedAt), request.signal);
    const said = outcome.ok ? says('hook-took', { host: new URL(hook.url).host, status: outcome.status }) : outcome.said;
    return { ok: outcome.ok, ...(outcome.status !== undefined && { status: outcome.status }), sentence: inEnglish(said)!, said };
  });

  app.handle(contract.webhookDeliveries, async ({ trx, workspace, params, query }) => {
    await one(trx, workspace, params.id);
    const rows = await trx
      .selectFrom('webhook_delivery as d')
      .innerJoin('lead_event as e', (join) => join.onRef('e.workspace', '=', 'd.workspace').onRef('e.id', '=', 'd.event'))
      .leftJoin('person as p', (join) => join.onRef('p.workspace', '=', 'e.workspace').onRef('p.id', '=', 'e.person'))
      .select(['d.event', 'd.state', 'd.tries', 'd.next_at', 'd.taken_at', 'd.status', 'd.sentence', 'd.said'])
      .select(['e.kind', 'e.person', 'e.received_at', 'p.name'])
      .where('d.workspace', '=', workspace)
      .where('d.webhook', '=', params.id)
      .$if(query.state !== undefined, (q) => q.where('d.state', '=', query.state!))
      .$if(query.before !== undefined, (q) => q.where('d.event', '<', query.before!))
      .orderBy('d.event', 'desc')
      .limit(query.limit + 1)
      .execute();
    const items = rows.slice(0, query.limit).map((row) => ({
      event: row.event,
      kind: row.kind,
      ...(row.person !== null && { lead: row.person }),
      ...(row.name !== null && { name: row.name }),
      at: row.received_at,
      state: row.state,
      tries: row.tries,
      ...(row.state === 'waiting' && { nextTryAt: row.next_at }),
      ...(row.taken_at !== null && { takenAt: row.taken_at }),
      ...(row.status !== null && { status: row.status }),
      ...(row.sentence !== null && { sentence: row.sentence }),
      ...(row.said && { said: row.said }),
    }));
    return { items, ...(rows.length > query.limit && { next: items.at(-1)!.event }) };
  });

  app.handle(contract.redeliver, async ({ trx, workspace, params }) => {
    const { numUpdatedRows } = await trx
      .updateTable('webhook_delivery')
      .set({ state: 'waiting', tries: 0, next_at: new Date(app.now()), made_at: new Date(app.now()), ...noTrouble, status: null })
      .where('workspace', '=', workspace)
      .where('webhook', '=', params.id)
      .where('event', '=', params.event)
      .executeTakeFirst();
    if (numUpdatedRows !== 1n) throw noSuch('message');
    // Somebody asked: not only when the address has rested.
    await trx.updateTable('webhook').set({ resume_at: null }).where('workspace', '=', workspace).where('id', '=', params.id).execute();
    return reply(204);
  });

  app.handle(contract.replayWebhook, async ({ trx, workspace, user, params, body, receivedAt }) => {
    const hook = await trx
      .selectFrom('webhook')
      .select(['era', 'xid', 'after_event'])
      .where('workspace', '=', workspace)
      .where('id', '=', params.id)
      .forUpdate()
      .executeTakeFirst();
    if (!hook) throw noSuch('webhook');
    const wanted = 'since' in body ? await placeOf(trx, body.since) : await placeAt(trx, workspace, body.from);
    const present = await placeIn(trx, workspace, { era: hook.era, xid: hook.xid, id: hook.after_event }, wanted.era);
    // Never forward: what it has not come to yet is told in any case.
    const { era, xid, id } = isBefore(wanted, present) ? wanted : present;
    await trx
      .updateTable('webhook')
      .set({ era, xid, after_event: id, resume_at: null })
      .where('workspace', '=', workspace)
      .where('id', '=', params.id)
      .execute();
    await audit(trx, user, receivedAt, 'replay', params.id);
    return one(trx, workspace, params.id);
  });

  app.jobs.work(job, async ({ workspace, store, signal }) => {
    const { rows } = await store.inWorkspace(workspace, (trx) =>
      sql`select 1 from webhook where workspace = ${workspace}::uuid and state = 'on' limit 1`.execute(trx),
    );
    if (rows.length === 0) return void listening.delete(workspace);
    listening.add(workspace);
    const next = await deliverAll(store, await world(), workspace, signal);
    if (next !== undefined && next < app.now() + 60_000) await soon(workspace, new Date(next));
  });
  app.jobs.every('* * * * *', job);
  app.jobs.work('webhook.sweep', ({ workspace, store }) =>
    store.inWorkspace(workspace, async (trx) => {
      await sql`delete from webhook_delivery where workspace = ${workspace}::uuid and state = 'taken'
                and taken_at < now() - ${`${keptDays} days`}::interval`.execute(trx);
    }),
  );
  app.jobs.every('37 3 * * *', 'webhook.sweep');

  async function one(trx: Trx, workspace: string, id: string) {
    const [hook] = await show(trx, workspace, app.now(), id);
    if (!hook) throw noSuch('webhook');
    return hook;
  }
}

/** @throws `refused` with the sentence of what is wrong with the address */
function checkAddress(url: string, hosts: readonly string[]): void {
  try {
    callable(url, new Set(hosts.map((host) => host.toLowerCase())));
  } catch (error) {
    if (error instanceof OutgoingError) throw told('refused', error.said, error.message);
    throw error;
  }
}

/** @throws `invalid` */
async function placeOf(trx: Trx, since: string) {
  const cursor = decodeCursor(since);
  if (!cursor)
    throw worded(
      'invalid',
      'input-cursor',
      { at: '/since' },
      {
        errors: [{ pointer: '/since', detail: 'Take it from `next` of an earlier answer, or give `from`, a moment.' }],
      },
    );
  const { era } = await feedEnd(trx);
  return cursor.era === era ? cursor : beginning(era);
}

const audit = (trx: Trx, user: User, at: string, what: string, id: string, detail: Record<string, unknown> = {}) =>
  recordAudit(trx, user.workspace, byOf(user), { at, action: `webhook.${what}`, subject: id, detail });
