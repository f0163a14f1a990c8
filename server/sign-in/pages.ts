import type { ServerResponse } from 'node:http';
import { html, raw } from 'hono/html';
import type { Role } from '../../lib/funnel/words.ts';
import { style, styleHash } from './look.ts';
import { longest, shortest } from './password.ts';
import type { PageWords } from './words.ts';

type Markup = ReturnType<typeof html>;

export interface SignInPage {
  words: PageWords;
  host: string;
  /** Where the form is sent. */
  action: string;
  /** Absent when people sign in by their company alone. */
  password?: { email?: string };
  company?: { label: string; href: string };
  samples?: { email: string; name: string; role: Role }[];
  wrong?: string;
}

/** The page that asks who you are. Without script, in one language, for the keyboard and screen readers as it stands. */
export function signInPage({ words, host, action, password, company, samples = [], wrong }: SignInPage): Markup {
  const invalid = wrong !== undefined;
  return page(
    words,
    words.signIn,
    html`<h1>${words.signIn}</h1>
<p class="to">${words.to(host)}</p>
${invalid ? html`<p class="wrong" id="wrong" role="alert">${wrong}</p>` : ''}
${company ? html`<a class="button main" href="${company.href}">${words.company(company.label)}</a>` : ''}
${company && password ? html`<p class="or">${words.or}</p>` : ''}
${
  password
    ? html`<form method="post" action="${action}">
<label for="email">${words.email}</label>
<input id="email" name="email" type="email" value="${password.email ?? ''}" autocomplete="username" autocapitalize="none" spellcheck="false" required maxlength="320" ${wrongly(invalid)} ${autofocus(!password.email && samples.length === 0)}>
<label for="password">${words.password}</label>
<input id="password" name="password" type="password" autocomplete="current-password" required maxlength="256" ${wrongly(invalid)} ${autofocus(!!password.email)}>
<button class="${company ? '' : 'main'}" type="submit">${words.signIn}</button>
</form>`
    : ''
}
${
  samples.length > 0
    ? html`<div class="samples">
<h2 id="samples">${words.samples}</h2>
<p>${words.samplesHelp}</p>
<form method="post" action="${action}" aria-labelledby="samples">
${samples.map(({ email, name, role }) => html`<button name="sample" value="${email}"><bdi>${name}</bdi><small>${words.role[role]}</small></button>`)}
</form>
</div>`
    : ''
}`,
  );
}

const wrongly = (invalid: boolean) => (invalid ? raw('aria-invalid="true" aria-describedby="wrong"') : '');
const autofocus = (here: boolean) => (here ? raw('autofocus') : '');

/** Where somebody whose link it is chooses a password. Managers of passwords keep it with the address. */
export function choosePage(the: { words: PageWords; host: string; action: string; name: string; email: string; wrong?: string }): Markup {
  const { words, host, action, name, email, wrong } = the;
  const invalid = wrong !== undefined;
  const field = (id: string, label: string, more: Markup | string = '') => html`<label for="${id}">${label}</label>
<input id="${id}" name="${id}" type="password" autocomplete="new-password" required maxlength="${longest}" ${wrongly(invalid)} ${more}>`;
  return page(
    words,
    words.choose,
    html`<h1>${words.choose}</h1>
<p class="to">${words.chooseFor(name, host)}</p>
${invalid ? html`<p class="wrong" id="wrong" role="alert">${wrong}</p>` : ''}
<form method="post" action="${action}">
<label for="email">${words.email}</label>
<input id="email" name="email" type="email" value="${email}" autocomplete="username" readonly>
${field('password', words.password, raw('autofocus'))}
${field('again', words.sameAgain)}
<p class="help">${words.chooseHelp(shortest)}</p>
<button class="main" type="submit">${words.keep}</button>
</form>`,
  );
}

/** What comes next for somebody who chose a password. `address`: of this backend, as the extension asks for it. */
export const chosenPage = ({ words, address, email }: { words: PageWords; address: string; email: string }): Markup =>
  page(
    words,
    words.chosen,
    html`<h1>${words.chosen}</h1>
<ol>${words.steps.map((step) => html`<li>${step}</li>`)}</ol>
<dl><dt>${words.address}</dt><dd>${address}</dd><dt>${words.email}</dt><dd>${email}</dd></dl>`,
  );

/** The page for when there is nothing to fill in. */
export const troublePage = (words: PageWords, title: string, sentence: string, again?: string): Markup =>
  page(
    words,
    title,
    html`<h1>${title}</h1>
<p class="wrong" role="alert">${sentence}</p>
${again ? html`<a class="button main" href="${again}">${words.again}</a>` : ''}`,
  );

const page = (words: PageWords, title: string, body: Markup): Markup => html`<!doctype html>
<html lang="${words.lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title} · Baton</title>
<style>${raw(style)}</style>
</head>
<body>
<main>
<p class="mark"><svg aria-hidden="true" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="3" stroke-linecap="round"><path d="M4.5 11.5 11.5 4.5"/></svg>Baton</p>
<section>
${body}
</section>
</main>
</body>
</html>
`;

/** `returnsTo`: origins that a browser may be sent to after the form, which Chromium counts as the form's target. */
export function headersOf(returnsTo: readonly string[] = []): Record<string, string> {
  return {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': [
      "default-src 'none'",
      `style-src ${styleHash}`,
      `form-action ${["'self'", ...returnsTo].join(' ')}`,
      "base-uri 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
    ].join('; '),
    'x-frame-options': 'DENY',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'permissions-policy': 'camera=(), microphone=(), geolocation=()',
    vary: 'accept-language',
  };
}

export async function sendPage(
  res: ServerResponse,
  status: number,
  markup: Markup,
  returnsTo?: readonly string[],
  more: Record<string, string> = {},
): Promise<void> {
  res.writeHead(status, { ...headersOf(returnsTo), ...more });
  res.end(String(await markup));
}
