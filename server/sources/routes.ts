import { sql } from 'kysely';
import * as contract from '../../lib/contract/routes/sources.ts';
import { type App, reply } from '../http/app.ts';
import { notFound, problem } from '../http/problem.ts';
import { outgoing } from '../outgoing/request.ts';
import { recordAudit } from '../store/audit.ts';
import { recordChange } from '../store/change.ts';
import type { Trx } from '../store/db.ts';
import { newId } from '../store/id.ts';
import { sourceById, sources } from './index.ts';
import { credentialsOf, findLink, type LinkRow, linkOf, noMapping, sealed, systemClock, type World } from './links.ts';
import { propose } from './propose.ts';
import { runPull, troubleOf } from './pull.ts';
import { openSeal } from './seal.ts';
import type { Link, Source } from './source.ts';
import { dealWith, runWrites, sendSoon } from './writes.ts';

/** How often every CRM is asked for changes. */
const everyMinutes = 5;

export function routes(app: App): void {
  const world = once(
    async (): Promise<World> => ({
      seal: await openSeal(app.config.data),
      call: outgoing(
        (process.env.BATON_ALLOWED_HOSTS ?? '')
          .split(',')
          .map((host) => host.trim())
          .filter(Boolean),
      ),
      clock: systemClock,
    }),
  );

  app.handle(contract.sources, async ({ trx, workspace }) => ({
    items: await shown(trx, workspace, app.now()),
    kinds: sources.map((s) => ({ id: s.id, name: s.name, ...s.describe() })),
  }));

  app.handle(contract.addSource, async ({ trx, workspace, user, body, receivedAt, request }) => {
    const source = sourceById(body.source);
    if (!source)
      throw problem('invalid', `There is no source “${body.source}”.`, {
        errors: [{ pointer: '/source', detail: `One of: ${sources.map((s) => s.id).join(', ')}.` }],
      });
    const credentials = filled(source, body.credentials);
    const { seal, call, clock } = await world();
    const id = newId();
    const link: Link = {
      call,
      credentials,
      renew: async (changed) => void Object.assign(credentials, changed),
      mapping: noMapping,
      clock,
      signal: request.signal,
    };
    const findings = await source.check(link);
    if (findings.length > 0 && findings.every((f) => !f.ok)) throw problem('refused', findings[0]!.sentence);
    const account = await source.account(link);
    await trx
      .insertInto('source_link')
      .values({
        workspace,
        id,
        source: source.id,
        account,
        name: body.name || source.name,
        credentials: sealed(seal, { workspace, id }, credentials),
        webhook_secret: body.webhookSecret ? seal.close(body.webhookSecret, `${workspace}/${id}`) : null,
        mapping: JSON.stringify(noMapping),
        state: 'running',
        made_by: user.id,
      })
      .execute();
    await recordAudit(
      trx,
      workspace,
      { kind: 'user', id: user.id, name: user.name },
      { at: receivedAt, action: 'source.add', subject: id, detail: { source: source.id } },
    );
    return { source: (await shown(trx, workspace, app.now(), id))[0]!, findings };
  });

  app.handle(contract.checkSource, async ({ trx, workspace, params, request }) => {
    const row = await mine(trx, workspace, params.id);
    return { findings: await sourceOf(row).check(linkOf(await world(), row, request.signal, keepIn(trx, row))) };
  });

  app.handle(contract.shapeOfSource, async ({ trx, workspace, params, request }) => {
    const row = await mine(trx, workspace, params.id);
    const source = sourceOf(row);
    try {
      const shape = await source.shape(linkOf(await world(), row, request.signal, keepIn(trx, row)));
      const users = await trx
        .selectFrom('app_user')
        .select('email')
        .where('workspace', '=', workspace)
        .where('disabled_at', 'is', null)
        .execute();
      const emails = new Set(users.map((u) => u.email));
      return {
        ...shape,
        owners: shape.owners.map((o) => ({ ...o, known: emails.has(o.email.toLowerCase()) })),
        proposal: propose(shape, source.id),
      };
    } catch (error) {
      const trouble = troubleOf(error);
      if (trouble) throw problem('unavailable', trouble.sentence);
      throw error;
    }
  });

  app.handle(contract.changeSource, async ({ trx, workspace, user, params, body, receivedAt }) => {
    const row = await mine(trx, workspace, params.id);
    const { seal } = await world();
    const owner = `${workspace}/${row.id}`;
    await trx
      .updateTable('source_link')
      .set((eb) => ({
        ...(body.name && { name: body.name }),
        ...(body.credentials && {
          credentials: sealed(seal, row, filled(sourceOf(row), { ...credentialsOf(seal, row), ...body.credentials })),
          trouble: null,
        }),
        ...(body.webhookSecret !== undefined && {
          webhook_secret: body.webhookSecret === null ? null : seal.close(body.webhookSecret, owner),
        }),
        ...(body.mapping && { mapping: JSON.stringify(body.mapping) }),
        ...(body.state && { state: body.state, trouble: null }),
        ...(body.resync && { cursor: null, trouble: null }),
        // A run under the old settings keeps nothing from now on.
        version: eb('version', '+', 1),
        lease_until: null,
      }))
      .where('workspace', '=', workspace)
      .where('id', '=', row.id)
      .execute();
    await recordAudit(
      trx,
      workspace,
      { kind: 'user', id: user.id, name: user.name },
      { at: receivedAt, action: 'source.change', subject: row.id, detail: { changed: Object.keys(body) } },
    );
    await app.jobs.send(workspace, 'source.pull', { link: row.id }, { key: row.id });
    return (await shown(trx, workspace, app.now(), row.id))[0]!;
  });

  app.handle(contract.removeSource, async ({ trx, workspace, user, params, receivedAt }) => {
    const row = await mine(trx, workspace, params.id);
    const waiting = await trx
      .selectFrom('source_write')
      .select('lead')
      .distinct()
      .where('workspace', '=', workspace)
      .where('link', '=', row.id)
      .execute();
    await trx.deleteFrom('source_link').where('workspace', '=', workspace).where('id', '=', row.id).execute();
    await recordChange(
      trx,
      workspace,
      waiting.map((w) => w.lead),
    );
    await recordAudit(
      trx,
      workspace,
      { kind: 'user', id: user.id, name: user.name },
      { at: receivedAt, action: 'source.remove', subject: row.id, detail: { source: row.source } },
    );
    return reply(204);
  });

  app.handle(contract.sourceWrites, async ({ trx, workspace, params, query }) => {
    await mine(trx, workspace, params.id);
    let ask = trx
      .selectFrom('source_write as w')
      .innerJoin('person as p', (join) => join.onRef('p.workspace', '=', 'w.workspace').onRef('p.id', '=', 'w.lead'))
      .select(['w.id', 'w.lead', 'p.name', 'w.state', 'w.body', 'w.attempts', 'w.sentence', 'w.changed', 'w.kept', 'w.created_at'])
      .where('w.workspace', '=', workspace)
      .where('w.link', '=', params.id)
      .orderBy('w.id', 'desc')
      .limit(200);
    if (query.state) ask = ask.where('w.state', '=', query.state);
    if (query.lead) ask = ask.where('w.lead', '=', query.lead);
    const rows = await ask.execute();
    return {
      items: rows.map((w) => ({
        id: w.id,
        lead: w.lead,
        name: w.name,
        state: w.state,
        what: w.body.what,
        note: w.body.note,
        at: w.created_at,
        attempts: w.attempts,
        ...(w.sentence !== null && { sentence: w.sentence }),
        changed: w.changed,
        kept: w.kept,
      })),
    };
  });

  app.handle(contract.dealWithWrite, async ({ trx, workspace, params, body }) => {
    const row = await trx
      .selectFrom('source_write')
      .select('link')
      .where('workspace', '=', workspace)
      .where('id', '=', params.id)
      .executeTakeFirst();
    const done = row && (await dealWith(trx, workspace, params.id, body.do, (link) => sourceById(link.source), app.now()));
    if (!done) throw notFound();
    sendSoon(app, workspace, [row.link]);
    return reply(204);
  });

  app.stream(contract.sourceWebhook, async ({ params, request, read }) => {
    const { rows } = await app.store.outside((db) =>
      sql<{ workspace: string | null }>`select source_link_workspace(${params.id}::uuid) as workspace`.execute(db),
    );
    const workspace = rows[0]?.workspace;
    if (!workspace) throw notFound();
    const body = Buffer.from(await read(1024 * 1024));
    const { seal } = await world();
    const heard = await app.store.inWorkspace(workspace, async (trx) => {
      const row = await findLink(trx, workspace, params.id);
      const source = row && sourceById(row.source);
      if (!row || !source?.webhook || row.webhook_secret === null) return undefined;
      const url = new URL(request.url);
      const received = source.webhook.receive(
        { method: request.method, uri: app.config.url + url.pathname + url.search, headers: Object.fromEntries(request.headers), body },
        seal.open(row.webhook_secret, `${workspace}/${row.id}`),
        app.now(),
      );
      if (!received) return undefined;
      const fresh = await trx
        .insertInto('source_heard')
        .values(received.ids.map((id) => ({ workspace, link: row.id, id })))
        .onConflict((conflict) => conflict.doNothing())
        .returning('id')
        .execute();
      return fresh.length > 0;
    });
    if (heard === undefined) throw problem('unauthenticated', 'The signature does not fit.');
    // What changed is read from the CRM itself: a webhook is only a reason to look.
    if (heard) await app.jobs.send(workspace, 'source.pull', { link: params.id }, { key: params.id });
    return reply(204);
  });

  app.jobs.work('source.pull', async ({ workspace, data, store, signal }) => {
    for (const row of await linksOf(store, workspace, data)) await runPull(store, await world(), sourceOf(row), workspace, row.id, signal);
  });
  app.jobs.every(`*/${everyMinutes} * * * *`, 'source.pull');
  app.jobs.work('source.write', async ({ workspace, data, store, signal }) => {
    for (const row of await linksOf(store, workspace, data))
      await runWrites(store, await world(), sourceOf(row), workspace, row.id, signal);
  });
  app.jobs.every('* * * * *', 'source.write');
  app.jobs.work('source.sweep', ({ workspace, store }) =>
    store.inWorkspace(workspace, async (trx) => {
      await sql`delete from source_heard where workspace = ${workspace}::uuid and at < now() - interval '7 days'`.execute(trx);
      await sql`delete from source_write where workspace = ${workspace}::uuid and state in ('sent', 'discarded') and ended_at < now() - interval '90 days'`.execute(
        trx,
      );
    }),
  );
  app.jobs.every('41 3 * * *', 'source.sweep');
}

/** Made at the first use: a backend without CRMs needs no key. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

const linksOf = (store: App['store'], workspace: string, data: object): Promise<LinkRow[]> =>
  store.inWorkspace(workspace, (trx) => {
    const { link } = data as { link?: string };
    const all = trx.selectFrom('source_link').selectAll().where('workspace', '=', workspace).where('state', '=', 'running');
    return (link === undefined ? all : all.where('id', '=', link)).execute();
  });

async function mine(trx: Trx, workspace: string, id: string): Promise<LinkRow> {
  const row = await findLink(trx, workspace, id);
  if (!row) throw notFound();
  return row;
}

function sourceOf(row: LinkRow): Source {
  const source = sourceById(row.source);
  if (!source) throw problem('refused', `This Baton does not know the source “${row.source}” any more.`);
  return source;
}

const keepIn = (trx: Trx, row: LinkRow) => async (credentials: Buffer) => {
  await trx.updateTable('source_link').set({ credentials }).where('workspace', '=', row.workspace).where('id', '=', row.id).execute();
};

/** @throws `invalid` naming what is missing or unknown */
function filled(source: Source, given: Record<string, string>): Record<string, string> {
  const ways = source.describe().ways;
  const way = ways.find((w) => w.fields.every((f) => f.optional || given[f.name])) ?? ways[0]!;
  const missing = way.fields.filter((f) => !f.optional && !given[f.name]);
  if (missing.length > 0)
    throw problem('invalid', `${source.name} needs: ${missing.map((f) => f.label).join(', ')}.`, {
      errors: missing.map((f) => ({ pointer: `/credentials/${f.name}`, detail: `Fill in ${f.label}.` })),
    });
  return Object.fromEntries(way.fields.flatMap((f) => (given[f.name] ? [[f.name, given[f.name]!.trim()]] : [])));
}

async function shown(trx: Trx, workspace: string, now: number, id?: string): Promise<contract.WireSource[]> {
  let ask = trx
    .selectFrom('source_link as l')
    .selectAll('l')
    .select((eb) => [
      eb
        .selectFrom('source_write as w')
        .whereRef('w.workspace', '=', 'l.workspace')
        .whereRef('w.link', '=', 'l.id')
        .where('w.state', '=', 'waiting')
        .select((e) => e.fn.countAll<number>().as('n'))
        .as('waiting'),
      eb
        .selectFrom('source_write as w')
        .whereRef('w.workspace', '=', 'l.workspace')
        .whereRef('w.link', '=', 'l.id')
        .where('w.state', '=', 'refused')
        .select((e) => e.fn.countAll<number>().as('n'))
        .as('refused'),
    ])
    .where('l.workspace', '=', workspace)
    .where('l.state', '!=', 'disconnected')
    .orderBy('l.created_at');
  if (id !== undefined) ask = ask.where('l.id', '=', id);
  const rows = await ask.execute();
  return rows.map((row) => ({
    id: row.id,
    source: row.source,
    name: row.name,
    state: row.state as 'running' | 'paused',
    ...(row.imported_at !== null && { importedAt: row.imported_at }),
    ...(row.pulled_at !== null && { pulledAt: row.pulled_at, lag: Math.max(0, Math.round((now - Date.parse(row.pulled_at)) / 1000)) }),
    ...(row.progress && { progress: row.progress }),
    ...(row.trouble && { trouble: row.trouble }),
    counts: { people: row.people, touches: row.touches, stages: row.stages, waiting: row.waiting ?? 0, refused: row.refused ?? 0 },
    mapping: row.mapping,
    webhook: row.webhook_secret !== null,
  }));
}
