import { worded } from '../http/problem.ts';
import { inWords } from './describe.ts';
import { sourceById, sources } from './index.ts';
import type { Source, Way } from './source.ts';

/** @throws `invalid` */
export function known(id: string): Source {
  const source = sourceById(id);
  if (source) return source;
  throw worded(
    'invalid',
    'crm-unknown',
    { source: id },
    { errors: [{ pointer: '/source', detail: `One of: ${sources.map((s) => s.id).join(', ')}.` }] },
  );
}

/**
 * What an admin filled in, as far as the way of connecting wants it. Without the name of a way it is the first one
 * whose fields are all there.
 * @throws `invalid` naming what is missing
 */
export function filled(
  source: Source,
  wanted: string | undefined,
  given: Record<string, string>,
): { way: Way; credentials: Record<string, string> } {
  const { ways } = source.describe();
  const lacks = (way: Way) => way.fields.filter((f) => !f.optional && !given[f.name]?.trim());
  const way = wanted === undefined ? (ways.find((w) => lacks(w).length === 0) ?? ways[0]!) : ways.find((w) => w.id === wanted);
  if (!way)
    throw worded(
      'invalid',
      'crm-no-way',
      { crm: source.name, way: wanted ?? '' },
      { errors: [{ pointer: '/way', detail: `One of: ${ways.map((w) => w.id).join(', ')}.` }] },
    );
  const missing = lacks(way);
  if (missing.length > 0)
    throw worded(
      'invalid',
      'crm-fields-missing',
      { crm: source.name, fields: missing.map((f) => inWords(f.label)) },
      { errors: missing.map((f) => ({ pointer: `/credentials/${f.name}`, detail: `Fill in ${inWords(f.label)}.` })) },
    );
  const credentials = Object.fromEntries(way.fields.flatMap((f) => (given[f.name]?.trim() ? [[f.name, given[f.name]!.trim()]] : [])));
  return { way, credentials };
}
