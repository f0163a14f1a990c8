import type { Choice, Link, ShapeField } from '../source.ts';
import { call } from './api.ts';

interface MauticField {
  alias: string;
  label: string;
  type: string;
  /** Of a list of choices in one of the shapes that Mautic kept it in over the years; `[]` where there is nothing. */
  properties?: { list?: (string | { value: string | number; label: string })[] | Record<string, string> | string } | unknown[];
}

/** What contacts can have, with what can be chosen in it. @throws SourceError */
export async function fields(link: Link): Promise<ShapeField[]> {
  const all = await call<Record<string, MauticField> | MauticField[]>(link, 'GET', '/contacts/list/fields');
  return Object.values(all).map((field): ShapeField => {
    const choices = choicesIn(field);
    return { value: field.alias, label: field.label, type: field.type, ...(choices.length > 0 && { choices }) };
  });
}

export const choicesOf = async (link: Link, name: string): Promise<Choice[]> =>
  (await fields(link)).find(({ value }) => value === name)?.choices ?? [];

function choicesIn({ type, properties }: MauticField): Choice[] {
  if (!['select', 'multiselect', 'lookup'].includes(type) || Array.isArray(properties)) return [];
  const list = properties?.list ?? [];
  if (typeof list === 'string') return list.split('|').flatMap((one) => (one ? [{ value: one, label: one }] : []));
  if (!Array.isArray(list)) return Object.entries(list).map(([value, label]) => ({ value, label }));
  return list.map((one) => (typeof one === 'string' ? { value: one, label: one } : { value: String(one.value), label: one.label }));
}
