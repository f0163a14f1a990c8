import { email, type Mailbox, mailboxes } from '../address.ts';
import { all, outermost, shown, text, visible } from '../dom.ts';
import type { Seen } from '../seen.ts';
import type { SeenPerson } from '../site.ts';

/** Drafts: in a small window, inline under a message, full screen or in a window of its own. All have the same inside. */
export const composes = '.aoI, [data-compose-id], .ip.adB, .M9';
const draft = '.aoI, [data-compose-id]';

/** Drafts in view; a minimised one is not. */
export function drafts(document: Document): Element[] {
  const forms = all(document, 'form').filter((form) => form.querySelector('input[name="composeid"]'));
  const found = new Set([...all(document, draft), ...forms.filter((form) => !form.closest(draft))]);
  return outermost([...found]).filter((root) => !root.closest('.ii, .a3s') && shown(root));
}

/** The draft that covers the page, or a separate one that the user types in. A reply under a message belongs to its thread. */
export function inUse(roots: readonly Element[]): Element | undefined {
  const separate = roots.filter((root) => !root.closest('.ip, [role="listitem"], .a98'));
  const active = roots[0]?.ownerDocument.activeElement;
  const covers = (root: Element) => root.closest('.aSt') ?? (root.closest('[role="dialog"]') && !root.closest('.dw'));
  return separate.find(covers) ?? separate.find((root) => active && root.contains(active));
}

/** Adds a draft's recipients; gives the ones it is mainly to. */
export function readDraft(seen: Seen, root: ParentNode): SeenPerson[] {
  const mainly: (SeenPerson | undefined)[] = [];
  for (const role of ['to', 'cc', 'bcc'] as const) {
    const people = recipients(seen, root, role).map((box) => seen.mail(role, box.email, box.name));
    if (role === 'to') mainly.push(...people);
  }
  if (!seen.matched.to && !seen.matched.cc && !seen.matched.bcc) {
    // The folded summary names everyone, but not in which field they stand.
    for (const span of visible(root, '.aoD.hl [email], .az9 [email]'))
      mainly.push(seen.mail('to', email(span.getAttribute('email')), text(span)));
    if (mainly.length) seen.matched.to = 'summary';
  }
  return [...new Set(mainly)].filter((person) => person !== undefined).filter((person) => !seen.isMine(person.keys[0]?.value));
}

function recipients(seen: Seen, root: ParentNode, role: 'to' | 'cc' | 'bcc'): Mailbox[] {
  const fields = all(root, `div[name="${role}"]`);
  const old = (selector: string) => all(root, `${selector}[name="${role}"]`) as HTMLInputElement[];
  const ways: [name: string, boxes: () => Mailbox[]][] = [
    ['chips', () => fields.flatMap((field) => visible(field, '[draggable="true"] [data-hovercard-id]')).map(chip)],
    ['options', () => fields.flatMap((field) => visible(field, '[role="option"][data-hovercard-id]')).map(chip)],
    ['hidden fields', () => old('input[type="hidden"]').flatMap((input) => mailboxes(input.value))],
    ['text field', () => old('textarea').flatMap((input) => mailboxes(input.value))],
  ];
  const found = ways.map(([name, boxes]) => [name, () => some(boxes().filter((box) => box.email))] as const);
  return seen.first(role, found) ?? [];
}

const some = <T>(found: T[]) => (found.length ? found : undefined);
const chip = (option: Element): Mailbox => ({
  email: email(option.getAttribute('data-hovercard-id')),
  name: option.getAttribute('data-name') || undefined,
});
