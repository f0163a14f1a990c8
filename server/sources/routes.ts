import * as contract from '../../lib/contract/routes/sources.ts';
import { inEnglish } from '../../lib/funnel/sentences/index.ts';
import { type App, reply } from '../http/app.ts';
import { noSuch, refused } from '../http/problem.ts';
import type { User } from '../http/user.ts';
import { allowedHosts } from '../outgoing/allowed.ts';
import { outgoing } from '../outgoing/request.ts';
import { recordAudit } from '../store/audit.ts';
import { recordChange } from '../store/change.ts';
import type { Trx } from '../store/db.ts';
import { calling } from './calling.ts';
import { findingOnWire, inWords, onWire } from './describe.ts';
import { dryRun } from './dry-run.ts';
import { filled, known } from './fields.ts';
import { sourceById, sources } from './index.ts';
import { routes as jobs } from './jobs.ts';
import { keepLabels } from './labels.ts';
import { noLease } from './lease.ts';
import { credentialsOf, findLink, type LinkRow, linkOf, ownerOf, sealed, systemClock, updateLink, type World } from './links.ts';
import { keepLink, open } from './open.ts';
import { propose } from './propose.ts';
import { unheard } from './records.ts';
import { openSeal, type Seal } from './seal.ts';
import { show } from './show.ts';
import { redirectsOf, routes as signIn } from './sign-in.ts';
import { readFields, type Source } from './source.ts';
import { routes as webhook } from './webhook.ts';
import { dealWith, runSoon, sendSoon } from './writes.ts';

export function routes(app: App): void {
  const world = once(
    async (): Promise<World> => ({
      seal: await openSeal(app.config.data),
      call: outgoing(allowedHosts()),
      clock: systemClock,
    }),
  );
  signIn(app, world);
  webhook(app, world);
  jobs(app, world);

  app.handle(contract.sources, async ({ trx, workspace }) => ({
    items: await show(trx, workspace, app),
    kinds: sources.map(onWire),
    redirects: redirectsOf(app),
  }));

  calling(app, contract.addSource, async ({ user, workspace, body, request, receivedAt, within }) => {
    const source = known(body.source);
    const { way, credentials } = filled(source, body.way, body.credentials);
    if (way.signIn) throw refused('crm-signs-in', { way: inWords(way.name), crm: source.name });
    const the = await world();
    const opened = await open(the, source, credentials, request.signal);
    const { name, webhookSecret } = body;
    return within(async (trx) => {
      const id = await keepLink(trx, user, receivedAt, the.seal, { source, way, opened, name, webhookSecret });
      return reply(201, { source: (await show(trx, workspace, app, id))[0], findings: opened.findings.map(findingOnWire) });
    });
  });

  calling(app, contract.checkSource, async ({ workspace, params, request, within }) => {
    const row = await within((trx) => mine(trx, workspace, params.id));
    const findings = await sourceOf(row).check(linkOf(app.store, await world(), row, request.signal));
    return { findings: findings.map(findingOnWire) };
  });

  calling(app, contract.shapeOfSource, async ({ workspace, params, request, within }) => {
    const row = await within((trx) => mine(trx, workspace, params.id));
    const source = sourceOf(row);
    const shape = await source.shape(linkOf(app.store, await world(), row, request.signal));
    const users = await within(async (trx) => {
      await keepLabels(trx, workspace, row.id, shape);
      return trx.selectFrom('app_user').select('email').where('workspace', '=', workspace).where('disabled_at', 'is', null).execute();
    });
    const emails = new Set(users.map((u) => u.email));
    return {
      ...shape,
      owners: shape.owners.map((o) => ({ ...o, known: emails.has(o.email.toLowerCase()) })),
      proposal: propose(shape, source.id),
    };
  });

  calling(app, contract.dryRunSource, async ({ workspace, params, body, request, within }) => {
    const row = await within((trx) => mine(trx, workspace, params.id));
    const source = sourceOf(row);
    const link = linkOf(app.store, await world(), { ...row, mapping: body.mapping }, request.signal);
    const shape = await source.shape(link);
    const sample = await source.sample(link);
    const { problems, ...found } = await within((trx) =>
      dryRun(trx, workspace, { ...row, mapping: body.mapping }, source.name, shape, sample),
    );
    return { ...found, problems: problems.map((one) => inEnglish(one)!), said: problems };
  });

  calling(app, contract.changeSource, async ({ user, workspace, params, body, request, receivedAt, within }) => {
    const row = await within((trx) => mine(trx, workspace, params.id));
    const the = await world();
    const entered = body.credentials && (await reopened(the, row, body, request.signal));
    await within(async (trx) => {
      const now = await mine(trx, workspace, params.id);
      const { stageIn = now.mapping.stageIn, fields = now.mapping.fields } = body.mapping ?? {};
      const words = Object.keys({ ...now.mapping.stageIn, ...stageIn }).filter((word) => stageIn[word] !== now.mapping.stageIn[word]);
      const understood = words.length > 0;
      // What is read from other fields now was not read of anybody yet, nor what a deal's stage is called.
      const elsewhere =
        readFields.some((name) => fields[name] !== now.mapping.fields[name]) ||
        (row.imported_at !== null && (await unheard(trx, workspace, row.id, words)).length > 0);
      await updateLink(trx, workspace, row.id)
        .set((eb) => ({
          ...(body.name && { name: body.name }),
          ...entered,
          ...(body.webhookSecret !== undefined && {
            webhook_secret: body.webhookSecret === null ? null : the.seal.close(body.webhookSecret, ownerOf(row)),
          }),
          ...(body.mapping && { mapping: JSON.stringify(body.mapping) }),
          ...(understood && { remap: true }),
          ...(elsewhere && { cursor: null }),
          ...(body.state && { state: body.state, trouble: null }),
          ...(body.resync && { cursor: null, trouble: null }),
          // A run under the old settings keeps nothing from now on.
          version: eb('version', '+', 1),
          ...noLease,
        }))
        .execute();
      if (body.state) await tellWaiting(trx, workspace, row.id);
      await recordAudit(
        trx,
        workspace,
        { kind: 'user', id: user.id, name: user.name },
        { at: receivedAt, action: 'source.change', subject: row.id, detail: { changed: Object.keys(body) } },
      );
    });
    runSoon(app, workspace, 'source.pull', row.id);
    sendSoon(app, workspace, [row.id]);
    return within(async (trx) => (await show(trx, workspace, app, row.id))[0]!);
  });

  calling(app, contract.removeSource, async ({ workspace, user, params, query, receivedAt, within }) => {
    const { seal } = await world();
    await within((trx) => disconnect(trx, seal, user, params.id, query.data, receivedAt));
    if (query.data === 'remove') runSoon(app, workspace, 'source.remove', params.id);
    return reply(204);
  });

  app.handle(contract.sourceWrites, async ({ trx, workspace, params, query }) => {
    await mine(trx, workspace, params.id);
    let ask = trx
      .selectFrom('source_write as w')
      .innerJoin('person as p', (join) => join.onRef('p.workspace', '=', 'w.workspace').onRef('p.id', '=', 'w.lead'))
      .select([
        'w.id',
        'w.lead',
        'p.name',
        'w.state',
        'w.body',
        'w.attempts',
        'w.sentence',
        'w.said',
        'w.changed',
        'w.kept',
        'w.created_at',
      ])
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
        ...(w.said && { said: w.said }),
        changed: w.changed,
        kept: w.kept,
      })),
    };
  });

  app.handle(contract.dealWithWrite, async ({ trx, workspace, params, body }) => {
    const link = await dealWith(trx, workspace, params.id, body.do, (row) => sourceById(row.source), app.now());
    if (!link) throw noSuch('write');
    sendSoon(app, workspace, [link]);
    return reply(204);
  });
}

/** New credentials of the same account, to be kept. @throws `refused` when they open another one */
async function reopened(the: World, row: LinkRow, body: { way?: string; credentials?: Record<string, string> }, signal: AbortSignal) {
  const source = sourceOf(row);
  const before = credentialsOf(the.seal, row);
  const { way, credentials } = filled(source, body.way ?? (row.way || undefined), { ...before, ...body.credentials });
  if (way.signIn) throw refused('crm-signs-in', { way: inWords(way.name), crm: source.name });
  const opened = await open(the, source, credentials, signal);
  if (opened.account.id !== row.account) throw refused('crm-other-account', { account: opened.account.name, name: row.name });
  return {
    way: way.id,
    credentials: sealed(the.seal, row, opened.credentials),
    known_as: opened.account.name,
    address: opened.account.address,
    trouble: null,
  };
}

/** Cards say why something is not written yet. */
async function tellWaiting(trx: Trx, workspace: string, link: string): Promise<void> {
  const rows = await trx
    .selectFrom('source_write')
    .select('lead')
    .distinct()
    .where('workspace', '=', workspace)
    .where('link', '=', link)
    .where('state', '=', 'waiting')
    .execute();
  await recordChange(
    trx,
    workspace,
    rows.map(({ lead }) => lead),
  );
}

/** Made at the first use: a backend without CRMs needs no key. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

async function mine(trx: Trx, workspace: string, id: string): Promise<LinkRow> {
  const row = await findLink(trx, workspace, id);
  if (!row || row.state === 'disconnected') throw noSuch('source');
  return row;
}

function sourceOf(row: LinkRow): Source {
  const source = sourceById(row.source);
  if (!source) throw refused('crm-unknown', { source: row.source });
  return source;
}

/** Nothing is read or written any more; what it told of stays, or begins to go. */
async function disconnect(trx: Trx, seal: Seal, user: User, id: string, data: 'keep' | 'remove', at: string): Promise<void> {
  const { workspace } = user;
  const row = await mine(trx, workspace, id);
  const given = await trx
    .updateTable('source_write')
    .set({ state: 'discarded', ended_at: at })
    .where('workspace', '=', workspace)
    .where('link', '=', row.id)
    .where('state', 'in', ['waiting', 'refused'])
    .returning('lead')
    .execute();
  const told = await trx
    .selectFrom('source_write')
    .select('lead')
    .distinct()
    .where('workspace', '=', workspace)
    .where('link', '=', row.id)
    .execute();
  await updateLink(trx, workspace, row.id)
    .set((eb) => ({
      state: 'disconnected',
      credentials: sealed(seal, row, {}),
      webhook_secret: null,
      cursor: null,
      trouble: null,
      progress: null,
      ...noLease,
      version: eb('version', '+', 1),
      ...(data === 'remove' && { removing_since: at }),
    }))
    .execute();
  await recordChange(
    trx,
    workspace,
    told.map((w) => w.lead),
  );
  await recordAudit(
    trx,
    workspace,
    { kind: 'user', id: user.id, name: user.name },
    { at, action: 'source.remove', subject: row.id, detail: { source: row.source, givenUp: given.length, data } },
  );
}
