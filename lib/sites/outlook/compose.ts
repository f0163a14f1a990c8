import { emailIn, type Mailbox, mailbox, same } from '../address.ts';
import { before, outermost, shown, text, visible } from '../dom.ts';
import type { Seen } from '../seen.ts';
import type { SeenPerson } from '../site.ts';

/** A mail being written: in the pane, docked, or in a window of its own. Its fields are editable lines above the editor. */

const roots = '[id^="docking_InitVisiblePart_"], [data-app-section="ComposeForm"], [data-app-section="Form_Content"], [role="dialog"]';
const signs = '[data-testid="ComposeSendButton"], #discardCompose, [id^="editorParent_"]';
const received = '[id^="UniqueMessageBody"], [role="document"]';

export function drafts(document: Document): Element[] {
  const found = visible(document, signs).filter((sign) => !sign.closest(received));
  return outermost([...new Set(found.map((sign) => sign.closest(roots) ?? sign.closest('[role="main"]') ?? document.body))]).filter(shown);
}

export const inUse = (drafts: readonly Element[]): Element | undefined => {
  const active = drafts[0]?.ownerDocument.activeElement;
  return drafts.find((draft) => active && active !== active.ownerDocument.body && draft.contains(active));
};

/** Adds the recipients; gives the ones it is mainly to, or nothing when the page contradicts itself. */
export function readDraft(seen: Seen, root: Element): SeenPerson[] | undefined {
  const editable = outermost(visible(root, '[contenteditable="true"]')).filter((one) => !one.closest(received));
  const body = editable.find((one) => one.closest('[id^="editorParent_"]')) ?? editable.at(-1);
  const lines = editable.filter((one) => one !== body && (!body || before(one, body)));
  let conflict = false;
  const mainly = lines.flatMap((line, index) => {
    const role = (['to', 'cc', 'bcc'] as const)[index];
    if (!role) return [];
    const chips = outermost(visible(line, '[data-lpc-hover-target-id], [draggable="true"], [draggable=""]')).map(chip);
    if (chips.length) seen.matched[role] = 'chips';
    if (chips.some((box) => box.email === '')) conflict = true;
    const people = chips.map((box) => seen.mail(role, box.email || undefined, box.name));
    return role === 'to' ? people : [];
  });
  return conflict
    ? undefined
    : [...new Set(mainly)].filter((person) => person !== undefined).filter((person) => !seen.isMine(person.keys[0]?.value));
}

/** The words of a chip and its label must name one address; an empty one tells that they don't, or that the words have several. */
function chip(element: Element): Mailbox {
  const copy = visible(element, 'span').findLast((span) => !span.childElementCount && text(span)) ?? element;
  const words = mailbox(text(copy));
  const spoken = emailIn(element.getAttribute('aria-label') ?? element.getAttribute('title'));
  const unclear = (text(copy) && !words.name && !words.email) || (words.email && spoken && !same(words.email, spoken));
  const agreed = unclear ? '' : (words.email ?? spoken);
  return { ...(words.name ? { name: words.name } : {}), ...(agreed === undefined ? {} : { email: agreed }) };
}
