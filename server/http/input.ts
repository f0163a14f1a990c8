import type { Problem } from '../../lib/contract/problem.ts';
import type { z } from '../../lib/contract/z.ts';
import { inEnglish, says } from '../../lib/funnel/sentences/index.ts';
import type { InputKind } from '../../lib/funnel/sentences/inputs.ts';
import type { Said } from '../../lib/funnel/sentences/sentence.ts';
import { told } from './problem.ts';

/**
 * Input as a route wants it. Pointers name the place: `/kind` in the body, `?limit` in the query, `{id}` in the path.
 * @param strict also refuses fields that the route does not know
 * @throws `invalid`
 */
export function parse<S extends z.ZodType>(
  schema: S,
  input: unknown,
  pointer: (path: readonly PropertyKey[]) => string,
  strict = false,
): z.output<S> {
  const result = schema.safeParse(input);
  const found: Issue[] = result.success
    ? strict
      ? unknownFields(input, result.data, []).map((path) => ({ path, code: 'unknown' }))
      : []
    : issuesOf(result.error.issues);
  const errors = found.slice(0, 20).map((issue): Wrong => {
    const at = pointer(issue.path);
    const said = saidOf(issue, at, input);
    return { pointer: at, detail: inEnglish(said)!, said };
  });
  const [first] = errors;
  if (first) throw told('invalid', first.said, first.detail, { errors });
  return result.data as z.output<S>;
}

type Wrong = NonNullable<Problem['errors']>[number] & { said: Said };

export const inBody = (path: readonly PropertyKey[]): string =>
  path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
export const inQuery = (path: readonly PropertyKey[]): string => `?${path.map(String).join('.')}`;
export const inPath = (path: readonly PropertyKey[]): string => `{${path.map(String).join('.')}}`;

type Issue = { path: PropertyKey[] } & (Leaf | { code: 'unknown' });
type Leaf = Exclude<z.core.$ZodIssue, z.core.$ZodIssueUnrecognizedKeys>;

/** Of a choice that fits nowhere, the issues of the branch that fits best. */
function issuesOf(issues: readonly z.core.$ZodIssue[]): Issue[] {
  return issues.flatMap((issue): Issue[] => {
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => ({ path: [...issue.path, key], code: 'unknown' }));
    if (issue.code === 'invalid_union' && issue.errors.length > 0) {
      const best = issue.errors.map((branch) => issuesOf(branch)).sort((a, b) => a.length - b.length)[0] ?? [];
      if (best.length > 0) return best.map((one) => ({ ...one, path: [...issue.path, ...one.path] }));
    }
    return [issue];
  });
}

/** What is wrong, as a sentence of ours: zod's own are in its words, and in English. */
function saidOf(issue: Issue, at: string, input: unknown): Said {
  switch (issue.code) {
    case 'unknown':
      return says('input-unknown', { at });
    case 'invalid_type':
      if (valueAt(input, issue.path) === undefined) return says('input-missing', { at });
      return says('input-kind', { at, kind: kindOf[issue.expected] ?? 'object' });
    case 'invalid_value':
      if (valueAt(input, issue.path) === undefined) return says('input-missing', { at });
      return says('input-choice', { at, allowed: issue.values.map(String) });
    case 'invalid_union':
      return valueAt(input, issue.path) === undefined ? says('input-missing', { at }) : says('input-wrong', { at });
    case 'too_big': {
      const most = Number(issue.maximum);
      if (issue.origin === 'string') return says('input-long', { at, most });
      return issue.origin === 'array' ? says('input-many', { at, most }) : says('input-over', { at, most });
    }
    case 'too_small': {
      const least = Number(issue.minimum);
      if (issue.origin === 'string') return says('input-short', { at, least });
      return issue.origin === 'array' ? says('input-few', { at, least }) : says('input-under', { at, least });
    }
    case 'invalid_format':
      switch (issue.format) {
        case 'uuid':
          return says('input-id', { at });
        case 'datetime':
          return says('input-time', { at });
        case 'date':
          return says('input-day', { at });
        case 'url':
          return says('input-address', { at });
        case 'regex':
          return says('input-form', { at, like: issue.message });
      }
  }
  return says('input-wrong', { at });
}

const kindOf: Partial<Record<string, InputKind>> = {
  string: 'text',
  number: 'number',
  int: 'whole',
  boolean: 'yes-no',
  array: 'list',
  tuple: 'list',
  undefined: 'nothing',
  null: 'nothing',
  never: 'nothing',
};

const valueAt = (input: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined),
    input,
  );

/** Fields of the input that did not survive parsing. */
function unknownFields(input: unknown, parsed: unknown, path: PropertyKey[]): PropertyKey[][] {
  if (Array.isArray(input)) return Array.isArray(parsed) ? input.flatMap((item, i) => unknownFields(item, parsed[i], [...path, i])) : [];
  if (input === null || typeof input !== 'object' || parsed === null || typeof parsed !== 'object') return [];
  return Object.entries(input).flatMap(([key, value]) =>
    key in parsed ? unknownFields(value, (parsed as Record<string, unknown>)[key], [...path, key]) : [[...path, key]],
  );
}
