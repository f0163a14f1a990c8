import type { IncomingMessage, ServerResponse } from 'node:http';
import { api, type Discovery, discoveryPath } from '../../lib/contract/discovery.ts';
import own from '../../package.json' with { type: 'json' };
import type { App } from '../http/app.ts';
import type { Authenticate } from '../http/user.ts';
import { isAway } from '../store/db.ts';
import { accountById } from './accounts.ts';
import { addressOf, network } from './address.ts';
import { auditSignIn } from './audit.ts';
import { authenticator } from './authenticate.ts';
import { companySignIn } from './company.ts';
import { interactions } from './interaction.ts';
import { loadKeys, publicKeys } from './keys.ts';
import { linkPages } from './link-pages.ts';
import { signInOptions } from './options.ts';
import { headersOf, sendPage, troublePage } from './pages.ts';
import { paths } from './paths.ts';
import { sweep } from './sweep.ts';
import { countTry } from './tries.ts';
import { pageWords } from './words.ts';

const wellKnown = new Set(['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server', discoveryPath]);

/**
 * Mounts the sign-in service and returns what tells who calls. Its settings come from `env`; one that can't be used throws
 * `ConfigError`. The store is first asked at the first request, when the server's address is known for certain.
 */
export function signIn(app: App, env: Record<string, string | undefined> = process.env): Authenticate {
  const { store, log } = app;
  signInOptions(env, app.config.url);

  const open = async () => {
    const options = signInOptions(env, app.config.url);
    const keys = await loadKeys(store.pool);
    const company = options.company && companySignIn(store.pool, options.company, new URL(paths.company, options.url));
    const { makeProvider } = await loadProvider();
    const provider = makeProvider({
      ...options,
      db: store.pool,
      keys,
      async renderError(ctx, out) {
        const words = pageWords(undefined, ctx.get('accept-language'));
        const away = out.error === 'server_error';
        const over = (ctx.status as number) === 400 && out.error === 'invalid_request' && ctx.path.startsWith('/sign-in/auth/');
        const [title, sentence] = over
          ? [words.over, words.overHelp]
          : [words.trouble, away ? words.away : `${words.troubleHelp} (${out.error_description ?? out.error})`];
        ctx.set(headersOf());
        ctx.body = String(await troublePage(words, title, sentence));
      },
    });
    const { authenticate, forget } = authenticator({ url: options.url, keys: publicKeys(keys), db: store.pool, now: app.now });
    provider.on('grant.revoked', (ctx) => {
      forget();
      const id = ctx.oidc.route === 'revocation' && ctx.oidc.entities.RefreshToken?.accountId;
      if (id) signedOut(id).catch((error) => log.error({ error }, 'sign-out was not written to the audit'));
    });
    provider.on('server_error', (_ctx, error) => log.error({ error }, 'sign-in failed'));
    // Koa would print what the events above have logged.
    provider.silent = true;
    provider.use(async (ctx, next) => {
      await next();
      if (ctx.status === 500) {
        ctx.status = 503;
        ctx.set('retry-after', '5');
      }
      if (ctx.response.get('access-control-allow-origin')) {
        const exposed = ctx.response.get('access-control-expose-headers');
        ctx.set('access-control-expose-headers', [exposed, 'date', 'retry-after'].filter(Boolean).join(', '));
      }
    });
    return {
      options,
      provider: provider.callback(),
      pages: interactions({ provider, store, options, ...(company ? { company } : {}) }),
      links: linkPages({ store, options, now: app.now }),
      authenticate,
    };
  };

  let opening: ReturnType<typeof open> | undefined;
  const opened = () => {
    opening ??= open().catch((error) => {
      opening = undefined;
      throw error;
    });
    return opening;
  };

  async function signedOut(id: string): Promise<void> {
    const account = await accountById(store.pool, id);
    if (account) await auditSignIn(store, account, 'sign_out');
  }

  app.mount(
    (path) => path.startsWith('/sign-in/') || wellKnown.has(path),
    (req, res) => {
      if (req.url?.split('?')[0] === discoveryPath) return tell(req, res, app.config.url);
      serve(req, res).catch((error) => {
        log.error({ error }, 'sign-in failed');
        if (!res.headersSent) res.writeHead(isAway(error) ? 503 : 500, { 'retry-after': '5' });
        res.end();
      });
    },
  );

  async function serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const { options, provider, pages, links } = await opened();
    if (req.url?.startsWith(paths.link(''))) return links(req, res);
    if (/^\/sign-in\/(as\/|company(\?|$))/.test(req.url ?? '')) return pages(req, res);
    // All addresses are made of the configured one: a forged Host can't lead anybody elsewhere, and a proxy needs no settings.
    req.headers['x-forwarded-host'] = options.url.host;
    req.headers['x-forwarded-proto'] = options.url.protocol.slice(0, -1);
    if (req.url?.split('?')[0] === paths.begin) {
      // Each begun sign-in is kept for a while: nobody may fill the store with them.
      const wait = await countTry(store.pool, [{ of: `begin ${network(addressOf(req, options.url))}`, most: 300, span: '15 minutes' }]);
      const words = pageWords(undefined, req.headers['accept-language']);
      const sentence = words.wait(Math.ceil(wait / 60));
      if (wait > 0) return sendPage(res, 429, troublePage(words, words.trouble, sentence), [], { 'retry-after': String(wait) });
    }
    await provider(req, res);
  }

  app.jobs.work('sign-in-sweep', () => sweep(store.pool));
  app.jobs.every('17 * * * *', 'sign-in-sweep');

  return async (request) => {
    const { authenticate } = await opened();
    return authenticate(request);
  };
}

/** Loaded when somebody signs in, not at each start. It calls every Node that isn't marked as LTS unsupported; ours is pinned and tested. */
async function loadProvider(): Promise<typeof import('./provider.ts')> {
  const { warn } = console;
  console.warn = (...words) => {
    if (!String(words[0]).includes('Unsupported runtime')) warn(...words);
  };
  try {
    return await import('./provider.ts');
  } finally {
    console.warn = warn;
  }
}

/** Tells anybody that a Baton answers here. */
function tell(req: IncomingMessage, res: ServerResponse, url: string): void {
  const cors = { 'access-control-allow-origin': '*', 'access-control-expose-headers': 'date' };
  if (req.method === 'OPTIONS') {
    res.writeHead(204, { ...cors, 'access-control-allow-methods': 'GET', 'access-control-max-age': '7200' }).end();
    return;
  }
  if (req.method !== 'GET' && req.method !== 'HEAD') {
    res.writeHead(405, { ...cors, allow: 'GET' }).end();
    return;
  }
  const about: Discovery = { name: 'Baton', version: own.version, api, url: new URL(url).origin };
  res.writeHead(200, { ...cors, 'content-type': 'application/json', 'cache-control': 'no-cache' }).end(JSON.stringify(about));
}
