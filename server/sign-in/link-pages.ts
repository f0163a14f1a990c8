import type { IncomingMessage, ServerResponse } from 'node:http';
import { recordAudit } from '../store/audit.ts';
import { isAway, type Store, type Trx } from '../store/db.ts';
import { addressOf, network } from './address.ts';
import { fromElsewhere, readForm } from './form.ts';
import { endLinks, linkOf, takeLink } from './links.ts';
import { passwordsAllowed, type SignInOptions } from './options.ts';
import { choosePage, chosenPage, sendPage, troublePage } from './pages.ts';
import { hashPassword, weakness } from './password.ts';
import { paths } from './paths.ts';
import { countTry } from './tries.ts';
import { pageWords } from './words.ts';

/** The page behind a link (`links.ts`): its user chooses a password there. Looking at it uses nothing up, as programs that check links look, too. */
export function linkPages({ store, options, now }: { store: Store; options: SignInOptions; now: () => number }) {
  const db = store.pool;

  return async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const words = pageWords(undefined, req.headers['accept-language']);
    const trouble = (status: number, title: string, sentence: string, headers = {}) =>
      sendPage(res, status, troublePage(words, title, sentence), [], headers);
    try {
      if (req.method !== 'GET' && req.method !== 'POST') {
        res.writeHead(405, { allow: 'GET, POST' }).end();
        return;
      }
      const from = network(addressOf(req, options.url));
      const wait = await countTry(db, [{ of: `link ${from}`, most: 60, span: '15 minutes' }]);
      if (wait > 0) return await trouble(429, words.trouble, words.wait(Math.ceil(wait / 60)), { 'retry-after': String(wait) });

      const token = paths.tokenOf(req.url ?? '');
      const found = token === undefined || !passwordsAllowed(options) ? undefined : await store.outside((trx) => linkOf(trx, token));
      const user = found && (await store.inWorkspace(found.workspace, (trx) => userOf(trx, found)));
      if (token === undefined || !user) return await trouble(410, words.linkOver, words.linkOverHelp);

      const ask = (status: number, wrong?: string) =>
        sendPage(
          res,
          status,
          choosePage({
            words,
            host: options.url.host,
            action: paths.link(token),
            name: user.name,
            email: user.email,
            ...(wrong && { wrong }),
          }),
        );
      if (req.method === 'GET') return await ask(200);

      if (fromElsewhere(req)) return await trouble(403, words.trouble, words.troubleHelp);
      const form = await readForm(req);
      const password = form?.get('password') ?? '';
      const weak = weakness(password);
      if (weak) return await ask(400, words.weak(weak));
      if (form?.get('again') !== password) return await ask(400, words.notTheSame);

      const hash = await hashPassword(password);
      const at = new Date(now()).toISOString();
      const first = await store.inWorkspace(user.workspace, async (trx) => {
        if (!(await takeLink(trx, token))) return false;
        await endLinks(trx, user.id);
        // Whoever knew the password before is signed out, as when an admin sets one.
        const { numUpdatedRows } = await trx
          .updateTable('app_user')
          .set({ password_hash: hash, signed_out_at: at })
          .where('workspace', '=', user.workspace)
          .where('id', '=', user.id)
          .where('disabled_at', 'is', null)
          .executeTakeFirst();
        if (numUpdatedRows !== 1n) return false;
        const by = { kind: 'user', id: user.id, name: user.name } as const;
        await recordAudit(trx, user.workspace, by, { at, action: 'user.password', subject: user.id, detail: { how: 'link' } });
        return true;
      });
      if (!first) return await trouble(410, words.linkOver, words.linkOverHelp);
      await sendPage(res, 200, chosenPage({ words, address: options.url.origin, email: user.email }));
    } catch (error) {
      if (res.headersSent || !isAway(error)) throw error;
      await trouble(503, words.trouble, words.away, { 'retry-after': '30' });
    }
  };
}

async function userOf(trx: Trx, { workspace, user: id }: { workspace: string; user: string }) {
  const row = await trx
    .selectFrom('app_user')
    .select(['name', 'email'])
    .where('workspace', '=', workspace)
    .where('id', '=', id)
    .where('disabled_at', 'is', null)
    .executeTakeFirst();
  return row && { workspace, id, ...row };
}
