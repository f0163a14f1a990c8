import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inEnglish, says } from '../../lib/funnel/sentences/index.ts';
import { ConfigError } from '../config.ts';

/** Seals credentials for the database with a key that is not in it: a dump alone opens nothing. */
export interface Seal {
  /** @param owner what it belongs to; opened only with the same */
  close(text: string, owner: string): Buffer;
  /** @throws SealBroken when the key is another one or the row was altered */
  open(sealed: Buffer, owner: string): string;
}

export class SealBroken extends Error {
  readonly said = says('crm-sealed');
  constructor() {
    super();
    this.message = inEnglish(this.said)!;
  }
}

const nonceBytes = 12;
const tagBytes = 16;

/** @param key 32 bytes */
export function sealWith(key: Buffer): Seal {
  return {
    close(text, owner) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(owner));
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
    },
    open(sealed, owner) {
      try {
        const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceBytes))
          .setAAD(Buffer.from(owner))
          .setAuthTag(sealed.subarray(nonceBytes, nonceBytes + tagBytes));
        return decipher.update(sealed.subarray(nonceBytes + tagBytes), undefined, 'utf8') + decipher.final('utf8');
      } catch {
        throw new SealBroken();
      }
    },
  };
}

/**
 * The key from the environment (`BATON_KEY`, 32 bytes as base64), else from the file `key` in the data folder, which
 * is made on first use and readable by this user alone.
 */
export async function openSeal(data: string, env: Readonly<Record<string, string | undefined>> = process.env): Promise<Seal> {
  if (env.BATON_KEY) return sealWith(checked(Buffer.from(env.BATON_KEY, 'base64'), 'BATON_KEY'));
  const file = join(data, 'key');
  await mkdir(data, { recursive: true });
  try {
    await writeFile(file, randomBytes(32).toString('base64'), { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return sealWith(checked(Buffer.from(await readFile(file, 'utf8'), 'base64'), `The file “key” in ${data}`));
}

function checked(key: Buffer, where: string): Buffer {
  if (key.length !== 32) throw new ConfigError(`${where} must hold 32 bytes as base64. Make one with: openssl rand -base64 32`);
  return key;
}
