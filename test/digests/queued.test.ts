import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { routes } from '../../server/digests/routes.ts';
import { openLog } from '../../server/http/log.ts';
import { openJobs } from '../../server/jobs/boss.ts';
import type { Job, Jobs } from '../../server/jobs/jobs.ts';
import { type TestServer, testServer } from '../server/harness.ts';

let server: TestServer;
let jobs: Jobs;
const mailed: string[] = [];
const everything = Promise.withResolvers<void>();

beforeAll(async () => {
  vi.stubEnv('BATON_SMTP_URL', 'smtp://127.0.0.1:1');
  vi.stubEnv('BATON_MAIL_FROM', 'baton@baton.example');
  server = await testServer();
  server.clock.now = Date.parse('2026-11-18T10:30:00Z');
  jobs = openJobs({ url: server.url, store: server.store, log: openLog('silent') });
  jobs.work<{ period: string }>('digest.send', async ({ data }) => {
    if (mailed.push(data.period) === 3) everything.resolve();
  });
  await jobs.start();
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await jobs?.stop();
  await server?.close();
});

/** What the clock runs, with a queue that may fail. */
function digestJob(send: Jobs['send']): () => Promise<void> {
  const found = new Map<string, (job: Job) => Promise<void>>();
  routes({ ...server.app.app, jobs: { ...jobs, work: (of, run) => void found.set(of, run as never), every: () => undefined, send } });
  const job: Job = { workspace: server.workspace, data: {}, store: server.store, signal: new AbortController().signal };
  return () => found.get('digest')!(job);
}
const frozen = () => server.in((trx) => trx.selectFrom('digest').select('period').where('workspace', '=', server.workspace).execute());
const waiting = async () => (await server.store.pool.query("select from pgboss.job where name = 'digest.send'")).rowCount;

test('a server that dies between freezing a report and queueing its mail loses neither', { timeout: 60_000 }, async () => {
  const dead = new Error('killed');
  await expect(digestJob(() => Promise.reject(dead))()).rejects.toBe(dead);
  expect(await frozen()).toEqual([]);

  const afterQueueing = digestJob(async (...of) => {
    await jobs.send(...of);
    throw dead;
  });
  await expect(afterQueueing()).rejects.toBe(dead);
  expect([await frozen(), await waiting()]).toEqual([[], 0]);

  await digestJob(jobs.send)();
  await digestJob(jobs.send)();
  await everything.promise;
  expect(mailed.toSorted()).toEqual(['2026-10', '2026-Q3', '2026-W46']);
  expect(await waiting()).toBe(3);
});
