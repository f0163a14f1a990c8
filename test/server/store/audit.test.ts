import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findAuditBreak, recordAudit } from '../../../server/store/audit.ts';
import { type TestServer, testServer } from '../harness.ts';

let server: TestServer;
beforeAll(async () => {
  server = await testServer();
});
afterAll(() => server?.close());

const write = (n: number) =>
  server.in((trx) =>
    recordAudit(
      trx,
      server.workspace,
      { kind: 'user', id: 'u' },
      { at: new Date(n).toISOString(), action: 'role', subject: `${n}`, detail: { z: 1, a: { n } } },
    ),
  );

test('many writers at once make one unbroken chain, which shows what was tampered with', async () => {
  await Promise.all(Array.from({ length: 20 }, (_, n) => write(n)));
  expect(await server.in((trx) => findAuditBreak(trx, server.workspace))).toBeUndefined();

  for (const change of [
    `update audit set action = 'nothing' where seq = 7`,
    'delete from audit where seq = 7',
    'delete from audit where seq = 20',
  ])
    await expect(
      server.in((trx) => import('kysely').then(({ sql }) => sql.raw(change).execute(trx))),
      change,
    ).rejects.toMatchObject({
      code: '42501',
    });

  const admin = new pg.Client({ connectionString: server.adminUrl });
  await admin.connect();
  const at = () => server.in((trx) => findAuditBreak(trx, server.workspace));
  await admin.query(`update audit set detail = '{"a":{"n":99},"z":1}' where seq = 7`);
  expect(await at()).toBe(7);
  await admin.query('delete from audit where seq >= 20');
  await admin.query(`update audit set detail = jsonb_set(detail, '{a,n}', to_jsonb(subject::int)) where seq = 7`);
  expect(await at()).toBe(20);
  await admin.end();
});
