import { sql } from 'kysely';
import { isLoopback } from '../../lib/contract/loopback.ts';
import type { App } from '../http/app.ts';
import { notFound } from '../http/problem.ts';
import { style } from './look.ts';
import { type Practice, practice } from './mailbox.ts';
import { inboxPage, mailPage, peoplePage, profilePage } from './pages.ts';

/** Frames are an extension's own business; the page itself has none, and no script. */
const policy = "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** A small mailbox and a few profiles for newcomers: where there is a sample workspace, on this computer alone. */
export function routes(app: App): void {
  let made: { at: number; practice: Practice } | undefined;

  /** @throws not-found elsewhere */
  async function here(request: Request): Promise<Practice> {
    const none = notFound('There is no practice page here: it exists on the computer of a Baton with sample data only.');
    if (!isLoopback(new URL(request.url).hostname) || !isLoopback(new URL(app.config.url).hostname)) throw none;
    const sample = await app.store.outside(async (db) => {
      const { rows } = await sql<{ workspace: string }>`select workspace from workspaces() where sample limit 1`.execute(db);
      return rows[0]?.workspace;
    });
    if (!sample) throw none;
    const { settings } = await app.store.inWorkspace(sample, (trx) =>
      trx.selectFrom('workspace').select('settings').where('workspace', '=', sample).executeTakeFirstOrThrow(),
    );
    const { seed, at } = (settings.sample ?? {}) as { seed?: number; at?: number };
    if (at === undefined) throw none;
    if (made?.at !== at) made = { at, practice: practice(at, seed) };
    return made.practice;
  }

  const send = async (body: unknown, type = 'text/html; charset=utf-8'): Promise<Response> =>
    new Response(String(await body), { headers: { 'content-type': type, 'content-security-policy': policy } });
  const last = (request: Request) => decodeURIComponent(new URL(request.url).pathname.split('/').at(-1)!);

  app.page('GET', '/practice', async (request) => send(inboxPage(await here(request))));
  app.page('GET', '/practice/style.css', async (request) => {
    await here(request);
    return send(style, 'text/css; charset=utf-8');
  });
  app.page('GET', '/practice/mail/:id', async (request) => {
    const found = await here(request);
    const mail = found.mails.find(({ id }) => id === last(request));
    if (!mail) throw notFound('There is no such mail in the practice mailbox.');
    return send(mailPage(found, mail));
  });
  app.page('GET', '/practice/people', async (request) => send(peoplePage(await here(request))));
  app.page('GET', '/practice/people/:slug', async (request) => {
    const found = (await here(request)).profiles.find(({ slug }) => slug === last(request));
    if (!found) throw notFound('There is no such person on the practice pages.');
    return send(profilePage(found));
  });
}
