import { html } from 'hono/html';
import { sampleZone } from '../sample/cast.ts';
import type { Contact, Mail, Practice, Profile } from './mailbox.ts';

/** The practice pages, as any web page that marks its people: h-card for people, h-entry for a message. No script. */

type Markup = ReturnType<typeof html>;

const shell = (title: string, here: 'mail' | 'people', body: Markup): Markup => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="stylesheet" href="/practice/style.css">
<link rel="icon" href="data:,">
</head>
<body>
<a class="skip" href="#main">To the content</a>
<header class="top">
<strong>Practice</strong>
<nav aria-label="Practice">
<a href="/practice" ${here === 'mail' ? html`aria-current="page"` : ''}>Mail</a>
<a href="/practice/people" ${here === 'people' ? html`aria-current="page"` : ''}>People</a>
</nav>
<p>Invented people, made for trying. Nothing here is sent to anybody.</p>
</header>
${body}
</body>
</html>
`;

export const inboxPage = (practice: Practice): Markup =>
  shell(
    'Practice: mail',
    'mail',
    html`<div class="panes">
${list(practice, undefined)}
<main id="main" class="sheet try">
<h1>Three things to try</h1>
<ol>
<li><span><a href="/practice/mail/1">Open Dana’s mail</a>: the card says why now, and how much time is left to answer. Accept, or return with a reason.</span></li>
<li><span><a href="/practice/mail/5">Open Carla’s mail</a>: nobody’s lead. The tab stays neutral, and nothing about this person leaves your browser.</span></li>
<li><span>Tell marketing what a lead was worth, then look for your queue under Baton’s button in the toolbar.</span></li>
</ol>
</main>
</div>`,
  );

export const mailPage = (practice: Practice, mail: Mail): Markup =>
  shell(
    mail.subject,
    'mail',
    html`<div class="panes one">
${list(practice, mail)}
<main id="main">
<article class="sheet h-entry">
<h1 class="p-name" lang="${mail.lang}" dir="${mail.dir}">${mail.subject}</h1>
<dl class="people">
<dt>From</dt><dd><span class="p-author h-card">${person(mail.from)}</span></dd>
<dt>To</dt><dd>${mail.to.map((to) => html`<span class="h-card">${person(to)}</span>`)}</dd>
${mail.cc.length > 0 ? html`<dt>Copy</dt><dd>${mail.cc.map((cc, i) => html`${i > 0 ? ', ' : ''}<span class="h-card">${person(cc)}</span>`)}</dd>` : ''}
<dt>Date</dt><dd><time class="dt-published" datetime="${new Date(mail.at).toISOString()}">${long(mail.at)}</time></dd>
</dl>
<div class="e-content" lang="${mail.lang}" dir="${mail.dir}">
${mail.body.map((text) => html`<p>${text}</p>\n`)}
${mail.quoted ? quoted(mail.quoted) : ''}
</div>
</article>
</main>
</div>`,
  );

const quoted = ({ from, subject, body }: NonNullable<Mail['quoted']>): Markup => html`<blockquote>
<p><b>From:</b> <a href="mailto:${from.email}"><bdi>${from.name}</bdi></a> &lt;${from.email}&gt;<br><b>Subject:</b> ${subject}</p>
${body.map((text) => html`<p>${text}</p>\n`)}
</blockquote>`;

const person = ({ name, email }: Contact): Markup =>
  html`<a class="p-name u-email" href="mailto:${email}"><bdi>${name}</bdi></a> <small>${email}</small>`;

/** Beside an open message the rows name people without their addresses: the page is about the message then. */
const list = ({ mails }: Practice, open: Mail | undefined): Markup => html`<nav aria-label="Inbox"><ul class="list">
${mails.map(
  (mail) => html`<li><div class="row ${mail.unread && mail !== open ? '' : 'read'}" ${mail === open ? html`aria-current="true"` : ''}>
${open ? html`<span class="who"><bdi>${mail.from.name}</bdi></span>` : html`<span class="who h-card"><bdi class="p-name">${mail.from.name}</bdi> <small class="u-email">${mail.from.email}</small></span>`}<time datetime="${new Date(mail.at).toISOString()}">${short(mail.at)}</time>
<a class="subject" href="/practice/mail/${mail.id}" lang="${mail.lang}"><bdi>${mail.subject}</bdi></a>
</div></li>\n`,
)}</ul></nav>`;

export const peoplePage = ({ profiles }: Practice): Markup =>
  shell(
    'Practice: people',
    'people',
    html`<main id="main"><ul class="cards">
${profiles.map((one) => html`<li class="h-card"><b class="p-name"><a class="u-url" href="/practice/people/${one.slug}"><bdi>${one.name}</bdi></a></b><span class="p-job-title"><bdi>${one.title}</bdi></span><span class="p-org"><bdi>${one.company}</bdi></span><small class="u-email">${one.email}</small></li>\n`)}
</ul></main>`,
  );

export const profilePage = (one: Profile): Markup =>
  shell(
    one.name,
    'people',
    html`<main id="main" class="sheet profile h-card">
<h1><a class="p-name u-url u-uid" href="/practice/people/${one.slug}" aria-current="page"><bdi>${one.name}</bdi></a></h1>
<p class="work"><bdi class="p-job-title">${one.title}</bdi> · <bdi class="p-org">${one.company}</bdi></p>
<p class="about p-note" lang="${one.lang}" dir="${one.dir}">${one.about}</p>
<a class="u-email mail" href="mailto:${one.email}">${one.email}</a>
</main>`,
  );

const zone = sampleZone;
const short = (at: number): string => new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: zone }).format(at);
const long = (at: number): string =>
  new Intl.DateTimeFormat('en-GB', {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZone: zone,
  }).format(at);
