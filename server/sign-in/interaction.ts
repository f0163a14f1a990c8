import type { IncomingMessage, ServerResponse } from 'node:http';
import type Provider from 'oidc-provider';
import { isLoopback } from '../../lib/contract/loopback.ts';
import { type Role, roles } from '../../lib/funnel/words.ts';
import { isAway, type Store } from '../store/db.ts';
import { type Account, accountsByEmail, type Tried, tryPassword } from './accounts.ts';
import { addressOf } from './address.ts';
import { auditSignIn } from './audit.ts';
import { type CompanySignIn, uidOf } from './company.ts';
import { fromElsewhere, readForm } from './form.ts';
import type { SignInOptions } from './options.ts';
import { sendPage, signInPage, troublePage } from './pages.ts';
import { paths } from './paths.ts';
import { samplePassword } from './sample.ts';
import { type PageWords, pageWords } from './words.ts';

interface Parts {
  provider: Provider;
  store: Store;
  options: SignInOptions;
  company?: CompanySignIn;
}

type Details = Awaited<ReturnType<Provider['interactionDetails']>>;
interface Asked {
  uid: string;
  details: Details;
  words: PageWords;
  returnsTo: string[];
}

/** The pages between the extension's request and its answer: `paths.page(uid)`, below it, and the company's way back. */
export function interactions({ provider, store, options, company }: Parts) {
  const db = store.pool;

  return async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const url = new URL(req.url ?? '/', options.url);
    const words = pageWords(undefined, req.headers['accept-language']);
    try {
      if (url.pathname === paths.company) return await back(url, res, words);
      const [, uid = '', step] = /^\/sign-in\/as\/([\w-]+)(\/company)?$/.exec(url.pathname) ?? [];
      const asked = uid ? await details(req, res, uid) : undefined;
      if (!asked) return await sendPage(res, 400, troublePage(words, words.over, words.overHelp));
      if (req.method === 'POST' && !step) return await answer(req, res, asked);
      if (req.method !== 'GET') {
        res.writeHead(405, { allow: step ? 'GET' : 'GET, POST' }).end();
        return;
      }
      if (!step) return await ask(req, res, asked);
      if (!company) return await show(req, res, asked);
      return url.searchParams.has('state') ? await vouched(req, res, asked, company, url) : await leave(res, asked, company);
    } catch (error) {
      if (res.headersSent || !isAway(error)) throw error;
      await sendPage(res, 503, troublePage(words, words.trouble, words.away), undefined, { 'retry-after': '30' });
    }
  };

  /** What the extension asked for; nothing when it is over, or was begun in another browser. */
  async function details(req: IncomingMessage, res: ServerResponse, uid: string): Promise<Asked | undefined> {
    let found: Details;
    try {
      found = await provider.interactionDetails(req, res);
    } catch (error) {
      if ((error as { error?: string }).error === 'invalid_request') return undefined;
      throw error;
    }
    if (found.uid !== uid) return undefined;
    const { ui_locales, redirect_uri } = found.params as { ui_locales?: string; redirect_uri: string };
    return {
      uid,
      details: found,
      words: pageWords(ui_locales, req.headers['accept-language']),
      returnsTo: [new URL(redirect_uri).origin],
    };
  }

  /** People of a company go to its page at once, unless there is something here to choose from. */
  async function ask(req: IncomingMessage, res: ServerResponse, asked: Asked): Promise<void> {
    if (company && !options.company?.passwords && (await samplesFor(req)).length === 0) return leave(res, asked, company);
    return show(req, res, asked);
  }

  async function show(
    req: IncomingMessage,
    res: ServerResponse,
    { uid, words, returnsTo }: Asked,
    {
      wrong,
      email,
      status = 200,
      headers = {},
    }: { wrong?: string; email?: string; status?: number; headers?: Record<string, string> } = {},
  ): Promise<void> {
    const action = paths.page(uid);
    await sendPage(
      res,
      status,
      signInPage({
        words,
        host: options.url.host,
        action,
        ...(company && !options.company?.passwords ? {} : { password: { ...(email ? { email } : {}) } }),
        ...(company ? { company: { label: company.label, href: `${action}/company` } } : {}),
        samples: await samplesFor(req),
        ...(wrong ? { wrong } : {}),
      }),
      returnsTo,
      headers,
    );
  }

  async function answer(req: IncomingMessage, res: ServerResponse, asked: Asked): Promise<void> {
    const { words } = asked;
    // The cookie is for this page alone and `lax`, which is not enough.
    if (fromElsewhere(req)) return sendPage(res, 403, troublePage(words, words.trouble, words.troubleHelp));

    const form = await readForm(req);
    const sample = form?.get('sample');
    const email = (sample ?? form?.get('email') ?? '').trim();
    const password = sample ? samplePassword : (form?.get('password') ?? '');
    if (!email || !password) return show(req, res, asked, { wrong: words.missing, email, status: 400 });
    const allowed = sample || !company || options.company?.passwords;
    if (!allowed) return show(req, res, asked, { wrong: words.wrong, status: 403 });

    const tried: Tried = await tryPassword(db, email, password, addressOf(req, options.url));
    const kept = sample ? {} : { email };
    if (tried === 'wrong') return show(req, res, asked, { wrong: words.wrong, status: 401, ...kept });
    if ('wait' in tried) {
      const headers = { 'retry-after': String(tried.wait) };
      return show(req, res, asked, { wrong: words.wait(Math.ceil(tried.wait / 60)), status: 429, headers, ...kept });
    }
    // Everybody knows the password of sample accounts.
    if (!isHere(req) && (await sampleWorkspaces()).includes(tried.account.workspace))
      return show(req, res, asked, { wrong: words.sampleRefused, status: 403 });
    return finish(req, res, tried.account, 'password');
  }

  async function leave(res: ServerResponse, { uid, words, returnsTo }: Asked, through: CompanySignIn): Promise<void> {
    let to: URL;
    try {
      to = await through.begin(uid, words.lang);
    } catch (error) {
      if (isAway(error)) throw error;
      const again = `${paths.page(uid)}/company`;
      return sendPage(res, 502, troublePage(words, words.trouble, words.companyDown(through.label), again), returnsTo);
    }
    res.writeHead(303, { location: to.href, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' }).end();
  }

  /** The company's provider knows one address to return to; from there it goes on where this sign-in's cookie is sent. */
  async function back(url: URL, res: ServerResponse, words: PageWords): Promise<void> {
    const uid = uidOf(url.searchParams);
    if (!uid) return sendPage(res, 400, troublePage(words, words.over, words.overHelp));
    const location = `${paths.page(uid)}/company${url.search}`;
    res.writeHead(303, { location, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' }).end();
  }

  async function vouched(req: IncomingMessage, res: ServerResponse, asked: Asked, through: CompanySignIn, url: URL): Promise<void> {
    const { uid, words, returnsTo } = asked;
    const again = `${paths.page(uid)}/company`;
    const trouble = (status: number, sentence: string) =>
      sendPage(res, status, troublePage(words, words.trouble, sentence, again), returnsTo);
    const found = await through.finish(uid, url.searchParams);
    if ('email' in found) {
      const [account] = await accountsByEmail(db, found.email);
      return account ? finish(req, res, account, 'company') : trouble(403, words.companyNobody(found.email));
    }
    if (found.trouble === 'over') return sendPage(res, 400, troublePage(words, words.over, words.overHelp));
    if (found.trouble === 'down') return trouble(502, words.companyDown(through.label));
    if (found.trouble === 'no-email') return trouble(403, words.companyNoEmail(through.label));
    return trouble(403, words.companyRefused(through.label, found.why));
  }

  async function finish(
    req: IncomingMessage,
    res: ServerResponse,
    account: Pick<Account, 'workspace' | 'id' | 'name'>,
    how: 'password' | 'company',
  ): Promise<void> {
    await auditSignIn(store, account, 'sign_in', { how });
    res.setHeader('cache-control', 'no-store');
    const login = { accountId: account.id, amr: [how === 'password' ? 'pwd' : 'fed'] };
    await provider.interactionFinished(req, res, { login }, { mergeWithLastSubmission: false });
  }

  /** Whether browser and backend are the same computer, with nothing in between that could speak for another. */
  function isHere(req: IncomingMessage): boolean {
    const asked = URL.parse(`http://${req.headers.host}`);
    return (
      isLoopback(options.url.hostname) &&
      asked !== null &&
      isLoopback(asked.hostname) &&
      isLoopback((req.socket.remoteAddress ?? '').replace(/^::ffff:/, '')) &&
      req.headers['x-forwarded-for'] === undefined &&
      req.headers.forwarded === undefined
    );
  }

  async function sampleWorkspaces(): Promise<string[]> {
    const { rows } = await db.query<{ workspace: string }>('select workspace from workspaces() where sample');
    return rows.map(({ workspace }) => workspace);
  }

  async function samplesFor(req: IncomingMessage): Promise<{ email: string; name: string; role: Role }[]> {
    if (!isHere(req)) return [];
    const [workspace] = await sampleWorkspaces();
    if (!workspace) return [];
    const found = await store.inWorkspace(workspace, (trx) =>
      trx
        .selectFrom('app_user')
        .select(['email', 'name', 'role'])
        .where('workspace', '=', workspace)
        .where('disabled_at', 'is', null)
        .where('password_hash', 'is not', null)
        .orderBy('id')
        .limit(8)
        .execute(),
    );
    return found.sort((a, b) => roles.indexOf(a.role) - roles.indexOf(b.role));
  }
}
