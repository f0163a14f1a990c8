import { root } from '../../scripts/parts/step.ts';
import { emptyFolder, removeData } from '../server/cluster.ts';
import { type Child, startChild } from './child.ts';
import { freePort } from './ports.ts';

/** A backend of its own: embedded PostgreSQL, sample workspace, a port and a data folder nobody else has. */
export interface Backend {
  url: string;
  /** Folder of its data. */
  data: string;
  /** What it wrote: its address, its log. */
  output(): string;
  /** Resolves when it says these words from now on; rejects when it ends without. */
  says(words: string): Promise<unknown>;
  /** Calls a route as somebody of the sample workspace. */
  as(email: string): Promise<Caller>;
  /** Kills it without asking, or asks. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** Starts it again on the same port and data. */
  start(): Promise<void>;
  /** Stops it and removes its data. */
  remove(): Promise<void>;
}

export type Caller = <T = Record<string, unknown>>(method: string, path: string, body?: unknown) => Promise<T>;

export async function startBackend(): Promise<Backend> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const data = await emptyFolder('baton-data-');
  let child: Child;
  const start = async () => {
    child = startChild(process.execPath, ['server/main.ts'], {
      cwd: root,
      // What tests listen with stands on loopback, which is inside the network.
      env: { ...process.env, PORT: String(port), BATON_DATA: data, BATON_URL: url, DATABASE_URL: '', BATON_ALLOWED_HOSTS: '127.0.0.1' },
    });
    await child.says('"msg":"ready"');
  };
  await start();

  const callers = new Map<string, Promise<string>>();
  const tokenFor = (email: string): Promise<string> => {
    const known = callers.get(email);
    if (known) return known;
    const asked = startChild(process.execPath, ['scripts/token.ts', '--as', email], {
      cwd: root,
      env: { ...process.env, PORT: String(port), BATON_DATA: data, BATON_URL: url },
    });
    const made = asked.says(/^([\w-]+\.[\w-]+\.[\w-]+)\n/m).then(([, token]) => token!);
    callers.set(email, made);
    return made;
  };

  return {
    url,
    data,
    output: () => child.output(),
    says: (words) => child.says(words),
    async as(email) {
      const token = await tokenFor(email);
      return async (method, path, body) => {
        const answer = await fetch(`${url}${path}`, {
          method,
          headers: {
            authorization: `Bearer ${token}`,
            ...(method === 'GET' ? {} : { 'idempotency-key': crypto.randomUUID() }),
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        const text = await answer.text();
        if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
        return text === '' ? undefined : JSON.parse(text);
      };
    },
    stop: (signal) => child.stop(signal),
    start,
    async remove() {
      await child.stop();
      await removeData(data);
    },
  };
}
