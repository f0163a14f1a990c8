import { isId } from '../store/id.ts';
import { invalidAt } from './problem.ts';

/** A place in a list ordered by time, then id. Opaque on the wire. */
export interface Cursor {
  /** RFC 3339 in UTC with milliseconds. */
  at: string;
  id: string;
}

export const encode = ({ at, id }: Cursor): string => Buffer.from(`${at} ${id}`).toString('base64url');

/** @throws `invalid`, naming the query's field */
export function decode(text: string, field: string): Cursor {
  const [at = '', id = '', more] = Buffer.from(text, 'base64url').toString('latin1').split(' ');
  if (more !== undefined || !isId(id) || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(at) || Number.isNaN(Date.parse(at)))
    throw invalidAt(`?${field}`, 'input-cursor', { at: `?${field}` });
  return { at, id };
}
