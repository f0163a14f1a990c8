import { resolve } from 'node:path';
import { isLoopback } from '../lib/contract/loopback.ts';

/** How this server was started. */
export interface Config {
  host: string;
  port: number;
  /** Public address without a trailing slash; it is the issuer of sign-in. With port 0 known once it listens. */
  url: string;
  /** Folder of everything this server keeps on disk. */
  data: string;
  /** The user's own PostgreSQL; absent: one of our own under `data`. */
  databaseUrl?: string;
  /** For migrations, when the server's own role may not make tables. */
  databaseOwnerUrl?: string;
}

/** A setting that cannot be; the message says which and what to do. */
export class ConfigError extends Error {}

export function configFromEnv(env: Readonly<Record<string, string | undefined>>): Config {
  const host = env.HOST || '127.0.0.1';
  const port = env.PORT ? Number(env.PORT) : 8787;
  if (!Number.isInteger(port) || port < 0 || port > 65535)
    throw new ConfigError(`PORT must be a number from 0 to 65535, not “${env.PORT}”.`);
  return {
    host,
    port,
    url: addressOf(env.BATON_URL, host, port),
    data: resolve(env.BATON_DATA || '.baton'),
    ...(env.DATABASE_URL && { databaseUrl: postgres('DATABASE_URL', env.DATABASE_URL) }),
    ...(env.DATABASE_OWNER_URL && { databaseOwnerUrl: postgres('DATABASE_OWNER_URL', env.DATABASE_OWNER_URL) }),
  };
}

function addressOf(given: string | undefined, host: string, port: number): string {
  if (!given) return localUrl(host, port);
  const url = URL.parse(given);
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    throw new ConfigError(`BATON_URL must be an address like https://baton.example.com, not “${given}”.`);
  if (url.protocol === 'http:' && !isLoopback(url.hostname))
    throw new ConfigError(`BATON_URL must be https, except on this computer itself: “${given}”.`);
  if (url.search || url.hash) throw new ConfigError(`BATON_URL must have no query and no fragment: “${given}”.`);
  return url.href.replace(/\/+$/, '');
}

/** The address under which this computer reaches the server. */
export function localUrl(host: string, port: number): string {
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  return `http://${name}:${port}`;
}

function postgres(name: string, value: string): string {
  const url = URL.parse(value);
  if (url?.protocol !== 'postgres:' && url?.protocol !== 'postgresql:')
    throw new ConfigError(`${name} must be an address like postgres://user:password@host:5432/database.`);
  return value;
}
