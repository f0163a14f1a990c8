import { type Discovery, discovery, discoveryPath, speaks } from '../../contract/discovery.ts';
import { isLoopback } from '../../contract/loopback.ts';
import type { Words } from './words.ts';
import type { Probe } from './world.ts';

type Refusal = Extract<Probe, { ok: false }>;
const no = (reason: Refusal['reason'], sentence: string): Refusal => ({ ok: false, reason, sentence });

/** What a person types: with or without scheme, with a path or a trailing slash. */
export function toBackend(text: string, say: Words): { origin: string; host: string } | Refusal {
  const typed = text.trim();
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(typed);
  const named = URL.parse(withScheme ? typed : `https://${typed}`);
  const wrong = !named || !/^https?:$/.test(named.protocol) || named.username !== '' || named.hostname === '' || /\s/.test(typed);
  if (wrong) return no('not-an-address', say.notAnAddress);
  const loopback = isLoopback(named.hostname);
  // A single word is an address only when it is meant as one.
  if (!withScheme && !loopback && !named.hostname.includes('.') && !named.port) return no('not-an-address', say.notAnAddress);
  const url = withScheme || !loopback ? named : new URL(`http://${typed}`);
  if (url.protocol === 'http:' && !loopback) return no('https-required', say.httpsRequired);
  return { origin: url.origin, host: url.host };
}

const ask = (get: typeof fetch, url: string, init?: RequestInit) =>
  get(url, { cache: 'no-store', credentials: 'omit', signal: AbortSignal.timeout(10_000), ...init });

async function read(get: typeof fetch, origin: string, host: string, say: Words): Promise<Discovery | Refusal> {
  let response: Response;
  try {
    response = await ask(get, origin + discoveryPath);
  } catch {
    // Without CORS a browser hides the answer. One that may not be read still tells that something is there.
    const there = await ask(get, origin, { mode: 'no-cors' }).then(
      () => true,
      () => false,
    );
    return there ? no('not-a-baton', say.notABaton(host)) : no('no-answer', say.noAnswer(host));
  }
  if (response.status >= 500) return no('no-answer', say.unreachable(host));
  const found = discovery.safeParse(await response.json().catch(() => undefined));
  return found.success ? found.data : no('not-a-baton', say.notABaton(host));
}

/** Asks who answers at an address. Never rejects. */
export async function probe(get: typeof fetch, text: string, say: Words): Promise<Probe> {
  const typed = toBackend(text, say);
  if ('ok' in typed) return typed;
  let { origin, host } = typed;
  let found = await read(get, origin, host, say);
  if ('ok' in found) return found;

  if (found.url !== origin) {
    // It wants to be called otherwise (localhost for 127.0.0.1, an old name for a new one): true only if it says so there too.
    const own = toBackend(found.url, say);
    if ('ok' in own) return own;
    ({ origin, host } = own);
    found = await read(get, origin, host, say);
    if ('ok' in found) return found;
    if (found.url !== origin) return no('not-a-baton', say.notABaton(host));
  }

  const understood = speaks(found.api);
  if (understood === 'they-are-older') return no('backend-too-old', say.backendTooOld(found.version));
  if (understood === 'they-are-newer') return no('backend-too-new', say.backendTooNew(found.version));
  return { ok: true, backend: origin, name: found.name, version: found.version, api: found.api };
}
