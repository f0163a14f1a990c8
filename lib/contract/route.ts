import type { Role } from '../funnel/words.ts';
import type { z } from './z.ts';

type Schema = z.ZodType;
/** One route of the wire. OpenAPI, the server's dispatch and the client all read this and nothing else. */
export interface Route<P extends Schema = Schema, Q extends Schema = Schema, B extends Schema = Schema, R extends Schema = Schema> {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With `{parameters}`, as in OpenAPI. */
  path: `/${string}`;
  summary: string;
  tag: string;
  /** Who may call it. `public` needs no token, `write-key` is Segment's Basic authentication. */
  by: readonly Role[] | 'any' | 'public' | 'write-key';
  params?: P;
  query?: Q;
  body?: B;
  /** Status of success and its body. */
  status?: 200 | 201 | 202 | 204;
  answer?: R;
  /** Media types of a body that is not JSON and is read as a stream. */
  accepts?: readonly string[];
  /** Media types other than JSON that the success may have. */
  media?: readonly string[];
  /** A user's POST: needs `Idempotency-Key`. */
  operation?: true;
  /** Admin routes refuse unknown fields; others ignore them. */
  strict?: true;
  /** 409 carries a card, 425 may be answered, and so on: named for the documentation. */
  problems?: readonly string[];
}

export const route = <const R extends Route>(r: R): R => r;
/** `{items, next}`: `next` is an opaque cursor, absent at the end. */
export type Page<T> = { items: T[]; next?: string };
