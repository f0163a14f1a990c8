import { email } from '../address.ts';
import { all, shown, text, visible } from '../dom.ts';
import { nothing, Seen } from '../seen.ts';
import type { Sighting, Site, View } from '../site.ts';
import { readCompose } from './compose.ts';
import { env } from './env.ts';
import { readList, selectedRows, uidOf } from './list.ts';
import { headerOf, readMessage } from './message.ts';

/** Roundcube, on any host that the user adds: the skins Elastic (1.4 on) and Larry. */
export const roundcube: Site = {
  id: 'roundcube',
  matches: [],

  page(url) {
    const task = url.searchParams.get('_task');
    if (task === null) return /\/(index\.php)?$/.test(url.pathname) ? 'none' : null;
    if (task !== 'mail') return 'none';
    return views[url.searchParams.get('_action') ?? 'list'] ?? 'none';
  },

  watch(document) {
    const preview = frame(document);
    return {
      roots: [
        document.body,
        ...all(document, '#messagelist-content, #messagelistcontainer, #compose-headers, #composeheaders'),
        ...(preview ? [preview] : []),
      ],
      attributes: ['class', 'title'],
    };
  },

  read(document, url): Sighting {
    const view = this.page(url);
    if (!view || !isRoundcube(document) || taskOf(document) !== 'mail') return nothing('roundcube');
    const seen = new Seen('roundcube', view);
    const login = seen.first('account', [
      ['user name', () => email(text(visible(document, '.username').find((element) => !element.closest('#messagebody'))))],
      ['written by the server', () => email(env(document, 'username'))],
    ]);
    seen.account = login;
    seen.mine(login);

    const action = views[/\baction-([\w-]+)/.exec(document.body.className)?.[1] ?? env(document, 'action') ?? ''] ?? view;
    if (action === 'compose') readCompose(seen, document);
    else if (headerOf(document)[0]) readMessage(seen, document);
    else if (action === 'message') seen.unknown = 'unreadable';
    else if (action === 'list') list(seen, document);
    seen.account ??= seen.own[0];
    return seen.sighting();
  },

  place: () => ({ top: 132, right: 12 }),
};

const views: Record<string, View> = { list: 'list', none: 'list', show: 'message', preview: 'message', compose: 'compose' };

const taskOf = (document: Document) => /\btask-([\w-]+)/.exec(document.body.className)?.[1] ?? env(document, 'task') ?? 'mail';

const isRoundcube = (document: Document): boolean =>
  /\btask-mail\b/.test(document.body?.className ?? '') ||
  all(document, 'script:not([src])').some((script) => /\brcmail\b|\brcube_webmail\b/.test(script.textContent ?? ''));

/** The list, and beside it the preview, which is a page of its own in a frame. */
function list(seen: Seen, document: Document): void {
  const preview = open(document);
  if (!preview) {
    readList(seen, document);
    return;
  }
  const rows = selectedRows(document);
  const chosen = rows.length === 1 ? uidOf(rows[0]) : undefined;
  const uid = new URL(preview.URL, 'http://x').searchParams.get('_uid') ?? env(preview, 'uid');
  readMessage(seen, preview);
  // The row is chosen before its message has arrived: until then the frame still shows the one before.
  if (chosen && uid && chosen !== uid) seen.unknown = 'conflict';
}

const frame = (document: Document) => document.querySelector<HTMLIFrameElement>('iframe#messagecontframe, iframe[name="messagecontframe"]');

function open(document: Document): Document | undefined {
  const element = frame(document);
  const preview = element && shown(element) ? element.contentDocument : null;
  return preview && headerOf(preview)[0] ? preview : undefined;
}
