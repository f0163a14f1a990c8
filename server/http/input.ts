import type { Problem } from '../../lib/contract/problem.ts';
import type { z } from '../../lib/contract/z.ts';
import { worded } from './problem.ts';

type Errors = NonNullable<Problem['errors']>;

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
  const errors: Errors = result.success
    ? strict
      ? unknownFields(input, result.data, []).map((path) => ({
          pointer: pointer(path),
          detail: unknown,
        }))
      : []
    : issuesOf(result.error.issues).map(({ path, message }) => ({ pointer: pointer(path), detail: message }));
  const [first] = errors;
  if (first) {
    const at = first.pointer || 'The body';
    throw worded('invalid', 'input-wrong', { at, words: first.detail }, { errors: errors.slice(0, 20) });
  }
  return result.data as z.output<S>;
}

export const inBody = (path: readonly PropertyKey[]): string =>
  path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
export const inQuery = (path: readonly PropertyKey[]): string => `?${path.map(String).join('.')}`;
export const inPath = (path: readonly PropertyKey[]): string => `{${path.map(String).join('.')}}`;

const unknown = 'There is no such field here. Leave it out.';

interface Issue {
  path: PropertyKey[];
  message: string;
}

/** Of a choice that fits nowhere, the issues of the branch that fits best. */
function issuesOf(issues: readonly z.core.$ZodIssue[]): Issue[] {
  return issues.flatMap((issue): Issue[] => {
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => ({ path: [...issue.path, key], message: unknown }));
    if (issue.code === 'invalid_union' && issue.errors.length > 0) {
      const best = issue.errors.map((branch) => issuesOf(branch)).sort((a, b) => a.length - b.length)[0] ?? [];
      if (best.length > 0) return best.map(({ path, message }) => ({ path: [...issue.path, ...path], message }));
    }
    return [{ path: [...issue.path], message: issue.message }];
  });
}

/** Fields of the input that did not survive parsing. */
function unknownFields(input: unknown, parsed: unknown, path: PropertyKey[]): PropertyKey[][] {
  if (Array.isArray(input)) return Array.isArray(parsed) ? input.flatMap((item, i) => unknownFields(item, parsed[i], [...path, i])) : [];
  if (input === null || typeof input !== 'object' || parsed === null || typeof parsed !== 'object') return [];
  return Object.entries(input).flatMap(([key, value]) =>
    key in parsed ? unknownFields(value, (parsed as Record<string, unknown>)[key], [...path, key]) : [[...path, key]],
  );
}
