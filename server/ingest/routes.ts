import { sql } from 'kysely';
import { Counter } from 'prom-client';
import * as contract from '../../lib/contract/routes/ingest.ts';
import { says } from '../../lib/funnel/sentences/index.ts';
import type { App } from '../http/app.ts';
import { decode, encode } from '../http/cursor.ts';
import { problem } from '../http/problem.ts';
import { isAway, type Trx } from '../store/db.ts';
import type { Arrival } from './arrival.ts';
import { ingest, type Outcome } from './ingest.ts';
import { forgetRejects, putAside } from './rejects.ts';
import { batchLimit } from './segment/event.ts';
import { eventsIn, findWriteKey, fits, parseBody, readLimit, sort, type WriteKey, writeKeysIn } from './segment/receive.ts';
import { type EventRule, rulesIn } from './segment/rules.ts';
import { forgetWaiting } from './waiting.ts';

/** Events of one transaction. A batch of the smallest possible events is some thousands. */
const together = 500;

export function routes(app: App): void {
  const counter = new Counter({
    name: 'baton_ingest_events_total',
    help: 'Events that came in, by what became of them',
    labelNames: ['result'],
    registers: [app.metrics],
  });

  const single = {
    identify: contract.ingestIdentify,
    track: contract.ingestTrack,
    page: contract.ingestPage,
    screen: contract.ingestScreen,
    group: contract.ingestGroup,
    alias: contract.ingestAlias,
  }; // prettier-ignore
  for (const [type, route] of Object.entries(single))
    app.stream(route, ({ request, read, receivedAt }) => receive(request, read, receivedAt, type));
  app.stream(contract.ingestBatch, ({ request, read, receivedAt }) => receive(request, read, receivedAt, undefined));

  async function receive(request: Request, read: (limit: number) => Promise<Uint8Array>, receivedAt: string, type: string | undefined) {
    const body = parseBody(await read(readLimit));
    const key = await findWriteKey(app.store, writeKeysIn(request.headers, body));
    const events = eventsIn(body, type);
    if (!fits(events)) {
      const reject = says('event-batch-large', { events: events.length, most: batchLimit / 1024 });
      await app.store.inWorkspace(key.workspace, (trx) => putAside(trx, key.workspace, key.name, [{ reject }]));
      throw problem('too-large', 'A batch may have 500 KB at most. Send fewer events at once.');
    }
    for (let i = 0; i < events.length; i += together) await store(events.slice(i, i + together), body, key, receivedAt);
    return { success: true as const };
  }

  async function store(events: unknown[], body: Record<string, unknown>, key: WriteKey, receivedAt: string): Promise<void> {
    const { workspace } = key;
    const context = { receivedAt, kind: 'event', by: { kind: 'source', id: `segment:${key.id}`, name: key.name } } as const;
    const counts: Record<string, number> = {};
    const count = (result: string) => {
      counts[result] = (counts[result] ?? 0) + 1;
    };
    const settle = async (trx: Trx, arrivals: readonly Arrival[]): Promise<Outcome[]> => ingest(trx, workspace, arrivals, context);

    const sorted = await app.store.inWorkspace(workspace, async (trx) => {
      const own = await ownRules(trx, workspace);
      return sort(events, body, key, Date.parse(receivedAt), own);
    });
    const good = sorted.flatMap((one) => ('arrival' in one ? [one] : []));
    const bad = sorted.flatMap((one) => ('reject' in one ? [one] : []));
    try {
      const outcomes = await app.store.inWorkspace(workspace, async (trx) => {
        await putAside(trx, workspace, key.name, bad);
        await markUsed(trx, key);
        return settle(trx, good.map(({ arrival }) => arrival)); // biome-ignore format: short
      });
      for (const { is } of outcomes) count(is);
    } catch (error) {
      if (isAway(error)) throw error;
      // One of them cannot be stored for a reason nobody thought of. It must not stop the others, nor be sent for ever.
      app.log.error({ error, events: good.length }, 'events cannot be stored together');
      await app.store.inWorkspace(workspace, (trx) => putAside(trx, workspace, key.name, bad));
      for (const one of good) {
        try {
          const [outcome] = await app.store.inWorkspace(workspace, (trx) => settle(trx, [one.arrival]));
          count(outcome!.is);
        } catch (inner) {
          if (isAway(inner)) throw inner;
          app.log.error({ error: inner }, 'event cannot be stored');
          const reject = says('event-not-stored');
          await app.store.inWorkspace(workspace, (trx) => putAside(trx, workspace, key.name, [{ raw: one.raw, reject }]));
          count('rejected');
        }
      }
    }
    for (const _ of bad) count('rejected');
    for (const [result, n] of Object.entries(counts)) counter.inc({ result }, n);
  }

  app.handle(contract.ingestRejects, async ({ trx, workspace, query }) => {
    const before = query.before === undefined ? undefined : decode(query.before, 'before');
    const rows = await trx
      .selectFrom('ingest_reject')
      .select(['id', 'at', 'source', 'reason', 'said', 'body'])
      .where('workspace', '=', workspace)
      .$if(before !== undefined, (q) => q.where(sql<boolean>`(at, id) < (${before?.at}::timestamptz, ${before?.id}::uuid)`))
      .orderBy('at', 'desc')
      .orderBy('id', 'desc')
      .limit(query.limit + 1)
      .execute();
    const page = rows.slice(0, query.limit);
    return {
      items: page.map(({ said, body, ...row }) => ({ ...row, ...(said && { said }), ...(body !== null && { event: body }) })),
      ...(rows.length > query.limit && { next: encode(page.at(-1)!) }),
    };
  });

  app.jobs.work('ingest-sweep', ({ workspace, store }) =>
    store.inWorkspace(workspace, async (trx) => {
      await forgetWaiting(trx, workspace, app.now());
      await forgetRejects(trx, workspace, app.now());
    }),
  );
  app.jobs.every('23 3 * * *', 'ingest-sweep');
}

/** Rows of the table of events that the workspace puts before the shipped ones. */
async function ownRules(trx: Trx, workspace: string): Promise<EventRule[]> {
  const row = await trx.selectFrom('workspace').select('settings').where('workspace', '=', workspace).executeTakeFirst();
  return rulesIn(row?.settings.events);
}

/** So that an admin sees which keys are in use; to the hour. */
async function markUsed(trx: Trx, { workspace, id }: WriteKey): Promise<void> {
  await sql`
    update write_key set last_used_at = now()
    where workspace = ${workspace}::uuid and id = ${id}::uuid and (last_used_at is null or last_used_at < now() - interval '1 hour')`.execute(
    trx,
  );
}
