/** As much of a browser as signing in needs: follows, keeps cookies, sends forms. */
export interface Browser {
  /** Opens an address; follows until a page, or until the address `stopsAt`. */
  open(url: string, init?: RequestInit): Promise<Page>;
  cookies: Map<string, { value: string; path: string; host: string }>;
  headers: Record<string, string>;
}
export interface Page {
  url: string;
  status: number;
  body: string;
  headers: Headers;
}

export function browser(stopsAt: string, get: typeof fetch = fetch): Browser {
  const cookies: Browser['cookies'] = new Map();
  const headers: Record<string, string> = { accept: 'text/html' };

  const open: Browser['open'] = async (address, init = {}) => {
    let url = new URL(address);
    let method = init.method ?? 'GET';
    let body = init.body ?? null;
    for (let hops = 0; hops < 20; hops++) {
      if (url.href.startsWith(stopsAt)) return { url: url.href, status: 0, body: '', headers: new Headers() };
      const sent = [...cookies].filter(([, cookie]) => cookie.host === url.host && url.pathname.startsWith(cookie.path));
      const response = await get(url, {
        method,
        body,
        redirect: 'manual',
        headers: {
          ...headers,
          ...(init.headers as object),
          cookie: sent.map(([key, { value }]) => `${key.split('|')[0]}=${value}`).join('; '),
        },
      });
      for (const line of response.headers.getSetCookie()) keep(line, url);
      const location = response.headers.get('location');
      if (!location || response.status < 300 || response.status > 399)
        return { url: url.href, status: response.status, body: await response.text(), headers: response.headers };
      url = new URL(location, url);
      if (response.status === 303 || response.status === 302) {
        method = 'GET';
        body = null;
      }
    }
    throw new Error(`too many redirects, the last to ${url.href}`);
  };

  function keep(line: string, url: URL) {
    const [pair = '', ...attributes] = line.split(/;\s*/);
    const at = pair.indexOf('=');
    const path = attributes.find((a) => /^path=/i.test(a))?.slice(5) ?? '/';
    const name = `${pair.slice(0, at)}|${path}|${url.host}`;
    if (attributes.some((a) => /^expires=Thu, 01 Jan 1970/i.test(a))) cookies.delete(name);
    else cookies.set(name, { value: pair.slice(at + 1), path, host: url.host });
  }
  return { open, cookies, headers };
}

/** Fills in and sends the form of the sign-in page. */
export function submit(browser: Browser, page: Page, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Page> {
  const action = /<form method="post" action="([^"]+)"/.exec(page.body)?.[1];
  if (!action) throw new Error(`no form on ${page.url} (${page.status}): ${page.body.slice(0, 2000)}`);
  return browser.open(new URL(action, page.url).href, {
    method: 'POST',
    body: new URLSearchParams(fields),
    headers: { 'sec-fetch-site': 'same-origin', ...headers },
  });
}
