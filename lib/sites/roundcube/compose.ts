import { email, type Mailbox, mailbox, mailboxes, same } from '../address.ts';
import { text, visible } from '../dom.ts';
import type { Seen } from '../seen.ts';

/**
 * A mail being written. Roundcube keeps the value of the hidden text fields current; the visible chips are a second
 * witness. What is still being typed is in neither.
 */
export function readCompose(seen: Seen, document: Document): void {
  seen.view = 'compose';
  const from = document.querySelector<HTMLSelectElement>('select#_from');
  for (const option of [...(from?.selectedOptions ?? []), ...(from?.options ?? [])]) seen.mine(mailbox(text(option)).email);
  const typed = document.querySelector<HTMLInputElement>('input#_from');
  if (typed?.type !== 'hidden') seen.mine(mailbox(typed?.value).email);

  let conflict = false;
  const to = (['to', 'cc', 'bcc'] as const).flatMap((role) => {
    const fields = visible(document, `textarea#_${role}`) as HTMLTextAreaElement[];
    if (fields.length > 1) conflict = true;
    const written = mailboxes(fields[0]?.value);
    const values = written.filter((one) => one.email);
    // Somebody stands there whom nobody can read: whoever is left is not alone.
    if (values.length < written.length || (fields[0]?.value.trim() && !values.length)) conflict = true;
    const chips = visible(document, `#compose_${role} li`)
      .map(chip)
      .filter((one) => one.email);
    const boxes = seen.first(role, [
      ['field', () => (values.length ? values : undefined)],
      ['chips', () => (chips.length ? chips : undefined)],
    ]);
    const checked = chips.length || visible(document, `#compose_${role} ul`).length;
    if (values.length && checked && !agree(values, chips)) conflict = true;
    return (boxes ?? []).map((box) => ({ role, email: box.email, person: seen.mail(role, box.email, box.name) }));
  });
  if (conflict) seen.unknown = 'conflict';
  else {
    const others = to.filter((one) => !seen.isMine(one.email));
    const mainly = others.filter((one) => one.role === 'to');
    if (to.length && !others.length) seen.unknown = 'own-address';
    else if (mainly.length === 1) seen.focus = mainly[0]!.person;
  }
}

const chip = (element: Element): Mailbox => {
  const whole = mailbox(element.getAttribute('title'));
  if (whole.email) return whole;
  const name = text(element.querySelector('.name'));
  const address = mailbox(text(element.querySelector('.email'))).email ?? email(name);
  return { ...(name ? { name } : {}), ...(address ? { email: address } : {}) };
};

const agree = (values: Mailbox[], chips: Mailbox[]) =>
  values.length === chips.length && chips.every(({ email }) => values.some((value) => same(value.email!, email!)));
