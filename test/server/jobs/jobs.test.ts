import { afterAll, beforeAll, expect, test } from 'vitest';
import { openLog } from '../../../server/http/log.ts';
import { openJobs } from '../../../server/jobs/boss.ts';
import type { Jobs } from '../../../server/jobs/jobs.ts';
import { newId } from '../../../server/store/id.ts';
import { type TestServer, testServer } from '../harness.ts';

let server: TestServer;
let jobs: Jobs;
beforeAll(async () => {
  server = await testServer();
  jobs = openJobs({ url: server.url, store: server.store, log: openLog('silent') });
});
afterAll(async () => {
  await jobs.stop();
  await server.close();
});

test('run in the workspace they were sent for, as the role that serves, and again when they failed', { timeout: 60_000 }, async () => {
  const other = await server.anotherWorkspace();
  await server.lead({ name: 'Here' });
  await server.lead({ name: 'There', workspace: other });
  const seen: { workspace: string; names: string[]; data: object }[] = [];
  const done = Promise.withResolvers<void>();
  jobs.work<{ n: number }>('look', async ({ workspace, data, store }) => {
    const people = await store.inWorkspace(workspace, (trx) => trx.selectFrom('person').select('name').execute());
    seen.push({ workspace, names: people.map(({ name }) => name), data });
    if (seen.length === 2) done.resolve();
  });
  const waiting: string[] = [];
  const late = Promise.withResolvers<void>();
  jobs.work('wait', async ({ workspace }) => {
    waiting.push(workspace);
    if (waiting.length === 2) late.resolve();
  });
  await jobs.start();
  await jobs.send(server.workspace, 'look', { n: 1 });
  await jobs.send(other, 'look', { n: 2 });
  // One waits for each key and workspace, however often it was asked for.
  for (let i = 0; i < 5; i++) for (const w of [server.workspace, other]) await jobs.send(w, 'wait', {}, { key: 'same' });
  await Promise.all([done.promise, late.promise]);
  expect(seen.toSorted((a, b) => a.names[0]!.localeCompare(b.names[0]!))).toEqual([
    { workspace: server.workspace, names: ['Here'], data: { n: 1 } },
    { workspace: other, names: ['There'], data: { n: 2 } },
  ]);
  await jobs.stop();
  expect(waiting.toSorted()).toEqual([server.workspace, other].toSorted());
});

test('forget what is kept long enough', async () => {
  const user = await server.user('rep');
  const [old, fresh] = [newId(), newId()];
  const row = (id: string, days: number) => ({
    workspace: server.workspace,
    by_user: user.id,
    id,
    fingerprint: Buffer.alloc(32),
    at: new Date(Date.now() - days * 86_400_000),
  });
  await server.in((trx) =>
    trx
      .insertInto('operation')
      .values([row(old, 46), row(fresh, 44)])
      .execute(),
  );
  const sweep = await registered('sweep');
  await sweep({ workspace: server.workspace, data: {}, store: server.store, signal: new AbortController().signal });
  const left = await server.in((trx) => trx.selectFrom('operation').select('id').where('workspace', '=', server.workspace).execute());
  expect(left).toEqual([{ id: fresh }]);
});

/** What the core registered under a name. */
async function registered(name: string): Promise<Parameters<Jobs['work']>[1]> {
  const { routes } = await import('../../../server/jobs/routes.ts');
  const found = new Map<string, Parameters<Jobs['work']>[1]>();
  routes({ ...server.app.app, jobs: { ...server.jobs, work: (of, run) => void found.set(of, run as never), every: () => undefined } });
  return found.get(name)!;
}
