import { randomBytes } from 'node:crypto';
import { canonical } from '../../lib/funnel/keys.ts';
import type { Language } from '../../lib/funnel/language.ts';
import { ConfigError } from '../config.ts';
import type { Store } from '../store/db.ts';
import { createUser, createWorkspace } from '../store/workspaces.ts';
import { accountsByEmail } from './accounts.ts';
import { hashPassword } from './password.ts';

export interface Begun {
  workspace: string;
  email: string;
  /** Shown once, and kept as a hash. For whoever signs in with the company's identity provider it is of no use. */
  password: string;
}

/**
 * A company's workspace with its first admin, who makes everybody else. @throws ConfigError when the address is none, or
 * belongs to somebody here already: one address signs in to one workspace
 */
export async function beginWorkspace(
  store: Store,
  { name, admin, language }: { name: string; admin: string; language: Language },
): Promise<Begun> {
  const email = canonical('email', admin);
  if (email === null) throw new ConfigError(`“${admin}” is not an e-mail address.`);
  if (!name.trim()) throw new ConfigError('A workspace needs the name of its company.');
  if ((await accountsByEmail(store.pool, email)).length > 0)
    throw new ConfigError(`${email} signs in here already. Choose another address for the admin.`);
  const password = randomBytes(15).toString('base64url');
  const passwordHash = await hashPassword(password);
  const workspace = await createWorkspace(store, { name: name.trim(), settings: { language } });
  await store.inWorkspace(workspace, (trx) =>
    createUser(trx, workspace, { email, name: email.split('@')[0]!, role: 'admin', passwordHash }),
  );
  return { workspace, email, password };
}
