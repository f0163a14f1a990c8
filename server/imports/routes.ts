import { importRows } from '../../lib/contract/routes/imports.ts';
import type { App } from '../http/app.ts';
import { pieces } from '../http/body.ts';
import { problem } from '../http/problem.ts';
import { recordAudit } from '../store/audit.ts';
import { newId } from '../store/id.ts';
import { runImport } from './run.ts';

/** What a sender may call a CSV: by its name, as text, as a spreadsheet's export, as bytes, or not at all. */
const csv = /^(text\/(csv|plain|tab-separated-values)|application\/(csv|octet-stream|vnd\.ms-excel))\s*(;|$)/i;
/** Refused rows that stay with the record of the import. */
const remembered = 1000;

export function routes(app: App): void {
  app.stream(importRows, async ({ request, params, user, receivedAt, log }) => {
    const type = request.headers.get('content-type');
    if (type && !csv.test(type))
      throw problem('unsupported-media-type', 'Send the file itself as the body, with Content-Type: text/csv.', {
        headers: { 'accept-post': 'text/csv' },
      });
    const { workspace } = user;
    const { kind } = params;
    const id = newId();
    const by = { kind: 'source', id: 'csv', name: `${kind}.csv` } as const;
    await app.store.inWorkspace(workspace, (trx) =>
      trx.insertInto('import').values({ workspace, id, kind, by_user: user.id, state: 'running', started_at: receivedAt }).execute(),
    );
    const end = (state: 'done' | 'failed', counts: { rows?: number; kept?: number; refused?: number; problems?: string } = {}) =>
      app.store.inWorkspace(workspace, async (trx) => {
        const ended = new Date(app.now()).toISOString();
        await trx
          .updateTable('import')
          .set({ state, ended_at: ended, ...counts })
          .where('workspace', '=', workspace)
          .where('id', '=', id)
          .execute();
        const { problems: _, ...detail } = counts;
        await recordAudit(
          trx,
          workspace,
          { kind: 'user', id: user.id, name: user.name },
          { at: ended, action: `import.${kind}`, subject: id, detail: { state, ...detail } },
        );
      });
    try {
      const done = await runImport(app.store, log, kind, pieces(request), { workspace, receivedAt, by });
      const refused = done.refused.length + done.unlisted;
      await end('done', { rows: done.rows, kept: done.kept, refused, problems: JSON.stringify(done.refused.slice(0, remembered)) });
      return { id, kind, ...done };
    } catch (error) {
      // The store may be what failed; what is told to the sender is the first trouble either way.
      await end('failed').catch((inner) => log.error({ error: inner }, 'the end of an import could not be noted'));
      throw error;
    }
  });
}
