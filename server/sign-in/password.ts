import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { says } from '../../lib/funnel/sentences/index.ts';
import type { Said } from '../../lib/funnel/sentences/sentence.ts';

/** Argon2id with what OWASP asks for at least: 19 MiB, two passes. Some tens of milliseconds. */
const cost = { memory: 19_456, passes: 2, parallelism: 1 };
const derive = promisify(argon2);

export const shortest = 12;
export const longest = 256;

/** PHC string (`$argon2id$v=19$m=…,t=…,p=…$salt$hash`), so that the cost can change without breaking what is stored. */
export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(16);
  const hash = await derive('argon2id', { message: normal(password), nonce, tagLength: 32, ...cost });
  return `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$${text(nonce)}$${text(hash)}`;
}

/**
 * Takes as long for an account that isn't there, or has no password, as for one that is: pass `undefined` then.
 * Whatever can't be read as a hash matches nothing.
 */
export async function checkPassword(password: string, stored: string | null | undefined): Promise<boolean> {
  const found = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(stored ?? '');
  if (!found || password.length > longest) {
    await derive('argon2id', { message: 'nobody', nonce: Buffer.alloc(16), tagLength: 32, ...cost });
    return false;
  }
  const [, memory, passes, parallelism, nonce, expected] = found as unknown as [string, string, string, string, string, string];
  const hash = Buffer.from(expected, 'base64');
  const actual = await derive('argon2id', {
    message: normal(password),
    nonce: Buffer.from(nonce, 'base64'),
    tagLength: hash.length,
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
  });
  return timingSafeEqual(actual, hash);
}

/** Why a new password can't be taken, or nothing. Length is what counts; rules on characters only make people write them down. */
export function weakness(password: string): Said | undefined {
  if (password.length < shortest) return says('password-short', { least: shortest });
  if (password.length > longest) return says('password-long', { most: longest });
  return new Set(password).size < 5 ? says('password-repeats') : undefined;
}

/** The same characters typed on another system must give the same bytes. */
const normal = (password: string): string => password.normalize('NFKC');
const text = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');
