import { Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { codeOf } from '../store/db.ts';
import { invalidAt, problem, worded } from './problem.ts';

const inflaters: Record<string, () => Transform> = {
  gzip: () => createGunzip(),
  'x-gzip': () => createGunzip(),
  deflate: () => createInflate(),
  br: () => createBrotliDecompress(),
};

/**
 * The body as it was meant: inflated by its Content-Encoding, in pieces.
 * @throws `unsupported-media-type` for an encoding that is not known; while reading `invalid` for one that is broken
 */
export async function* pieces(request: Request): AsyncGenerator<Uint8Array> {
  if (!request.body) return;
  const encoding = request.headers.get('content-encoding')?.trim().toLowerCase() ?? 'identity';
  const raw = Readable.fromWeb(request.body as never);
  if (encoding === 'identity' || encoding === '') {
    yield* raw;
    return;
  }
  const inflate = inflaters[encoding]?.();
  if (!inflate)
    throw problem('unsupported-media-type', `The content encoding “${encoding.slice(0, 40)}” is not known here; use gzip, deflate or br.`);
  raw.on('error', (error) => inflate.destroy(error));
  raw.pipe(inflate);
  try {
    yield* inflate;
  } catch (error) {
    if (codeOf(error)?.startsWith('Z_') || codeOf(error)?.startsWith('ERR_BROTLI') || codeOf(error)?.startsWith('ERR__ERROR'))
      throw problem('invalid', `The body is not ${encoding}, though its Content-Encoding says so.`);
    throw error;
  } finally {
    raw.destroy();
    inflate.destroy();
  }
}

/** The whole body, at most `limit` bytes after inflating, however small it came. @throws `too-large` */
export async function readBody(request: Request, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  const announced = Number(request.headers.get('content-length') ?? 0);
  if (announced > limit) throw tooLarge(limit);
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const piece of pieces(request)) {
    size += piece.byteLength;
    if (size > limit) throw tooLarge(limit);
    parts.push(piece);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}

const tooLarge = (limit: number) => worded('too-large', 'body-large', { most: Math.floor(limit / 1024) });

const jsonType = /^application\/(?:[\w.+-]+\+)?json(?:\s*;|\s*$)/i;

/** JSON, said to be JSON. @throws `unsupported-media-type`, `invalid` */
export function parseJson(request: Request, bytes: Uint8Array): unknown {
  if (!jsonType.test(request.headers.get('content-type') ?? ''))
    throw problem('unsupported-media-type', 'Send the body as JSON, with Content-Type: application/json.');
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw problem('invalid', 'The body is not JSON that can be read.', {
      errors: [{ pointer: '', detail: 'This is not valid JSON in UTF-8.' }],
    });
  }
  if (isTooDeep(value, deepest)) throw problem('invalid', `The body is nested more than ${deepest} levels deep.`);
  const pointer = unkeepable(value, '');
  if (pointer !== undefined) throw invalidAt(pointer, 'input-character', { at: pointer });
  return value;
}

/** No route has anything nearly as deep; what walks through a body may then call itself. */
const deepest = 32;

export function isTooDeep(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isTooDeep(inner, levels - 1));
}

/** Where text stands that PostgreSQL does not take; `undefined` when nowhere. */
function unkeepable(value: unknown, at: string): string | undefined {
  if (typeof value === 'string') return value.includes('\0') || !value.isWellFormed() ? at : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    const found = unkeepable(key, at) ?? unkeepable(inner, `${at}/${key}`);
    if (found !== undefined) return found;
  }
  return undefined;
}
