import { afterAll, beforeAll, expect, test } from 'vitest';
import { accountsByEmail } from '../../server/sign-in/accounts.ts';
import { beginWorkspace } from '../../server/sign-in/begin.ts';
import { checkPassword } from '../../server/sign-in/password.ts';
import { type TestServer, testServer } from '../server/harness.ts';

let server: TestServer;
beforeAll(async () => {
  server = await testServer();
});
afterAll(() => server?.close());

test('a company begins with a workspace and an admin who can sign in; an address that somebody has makes none', async () => {
  const begun = await beginWorkspace(server.store, { name: ' Ridgeway ', admin: 'Ada@Ridgeway.example', language: 'de' });
  expect(begun.email).toBe('ada@ridgeway.example');
  const [account, ...more] = await accountsByEmail(server.store.pool, begun.email);
  expect(more).toEqual([]);
  expect(account).toMatchObject({ workspace: begun.workspace, role: 'admin' });
  const kept = await server.store.inWorkspace(begun.workspace, (trx) =>
    trx.selectFrom('app_user').select('password_hash').executeTakeFirstOrThrow(),
  );
  expect(await checkPassword(begun.password, kept.password_hash)).toBe(true);
  const made = await server.store.inWorkspace(begun.workspace, (trx) =>
    trx.selectFrom('workspace').select(['name', 'sample', 'settings']).executeTakeFirstOrThrow(),
  );
  expect(made).toEqual({ name: 'Ridgeway', sample: false, settings: { language: 'de' } });

  const again = beginWorkspace(server.store, { name: 'Another', admin: 'ada@ridgeway.example', language: 'en' });
  await expect(again).rejects.toThrow('signs in here already');
  await expect(beginWorkspace(server.store, { name: 'Another', admin: 'ada', language: 'en' })).rejects.toThrow('is not an e-mail address');
  await expect(beginWorkspace(server.store, { name: ' ', admin: 'eve@ridgeway.example', language: 'en' })).rejects.toThrow(
    'needs the name',
  );
});
