import { sql } from 'kysely';
import { sourceWebhook } from '../../lib/contract/routes/sources.ts';
import { type App, reply } from '../http/app.ts';
import { notFound, problem } from '../http/problem.ts';
import { sourceById } from './index.ts';
import { findLink, ownerOf, type World } from './links.ts';

const bodyLimit = 1024 * 1024;

/** What CRMs tell by themselves. The request is judged by its raw bytes; what it names is read from the CRM itself. */
export function routes(app: App, world: () => Promise<World>): void {
  app.stream(sourceWebhook, async ({ params, request, read }) => {
    const { rows } = await app.store.outside((db) =>
      sql<{ workspace: string | null }>`select source_link_workspace(${params.id}::uuid) as workspace`.execute(db),
    );
    const workspace = rows[0]?.workspace;
    if (!workspace) throw notFound();
    const body = Buffer.from(await read(bodyLimit));
    const { seal } = await world();
    const told = await app.store.inWorkspace(workspace, async (trx) => {
      const row = await findLink(trx, workspace, params.id);
      const source = row && sourceById(row.source);
      if (!row || !source?.webhook || row.webhook_secret === null) return undefined;
      const url = new URL(request.url);
      const received = source.webhook.receive(
        { method: request.method, uri: app.config.url + url.pathname + url.search, headers: Object.fromEntries(request.headers), body },
        seal.open(row.webhook_secret, ownerOf(row)),
        app.now(),
        row.account,
      );
      if (!received?.ids.length) return received;
      const heard = await trx
        .selectFrom('source_heard')
        .select('id')
        .where('workspace', '=', workspace)
        .where('link', '=', row.id)
        .where('id', 'in', received.ids)
        .execute();
      return { ...received, ids: [...new Set(received.ids)].filter((id) => !heard.some((one) => one.id === id)) };
    });
    if (!told)
      throw problem(
        'unauthenticated',
        'The signature does not fit, or is too old. Check the secret kept for this webhook, the address it calls, and the clocks.',
      );
    if (told.ids.length > 0) {
      // Known only once its reading is queued: who dies before is told again, and reading twice does no harm.
      await app.jobs.send(workspace, 'source.read', { link: params.id, records: told.records });
      await app.store.inWorkspace(workspace, (trx) =>
        trx
          .insertInto('source_heard')
          .values(told.ids.map((id) => ({ workspace, link: params.id, id })))
          .onConflict((conflict) => conflict.doNothing())
          .execute(),
      );
    }
    return reply(204);
  });
}
