import { createTransport } from 'nodemailer';
import { ConfigError } from '../config.ts';
import { findAgreement } from '../store/agreements.ts';
import type { Store } from '../store/db.ts';
import { languageIn, workspaceLanguage } from '../store/language.ts';
import { textOf } from './text.ts';

/** Where mail goes out. Absent: digests are in the extension, and with webhooks that ask for them. */
export interface Mail {
  url: string;
  from: string;
}

/** @throws ConfigError when one half of a pair is missing */
export function mailFromEnv(env: Readonly<Record<string, string | undefined>>): Mail | undefined {
  const { BATON_SMTP_URL: url, BATON_MAIL_FROM: from } = env;
  if (!url !== !from) throw new ConfigError('Mail needs BATON_SMTP_URL and BATON_MAIL_FROM. Set both, or none.');
  return url && from ? { url, from } : undefined;
}

/**
 * Sends a frozen digest to every user by mail, in the language that is known of them, else in the workspace's. Each one that got it is written down, so that a second run goes on
 * where the first one failed. @throws when somebody could not be reached
 */
export async function send(store: Store, workspace: string, period: string, mail: Mail): Promise<void> {
  const { digest, users, sent, agreement, usual } = await store.inWorkspace(workspace, async (trx) => ({
    digest: await trx
      .selectFrom('digest')
      .selectAll()
      .where('workspace', '=', workspace)
      .where('period', '=', period)
      .executeTakeFirstOrThrow(),
    users: await trx
      .selectFrom('app_user')
      .select(['id', 'email', 'settings'])
      .where('workspace', '=', workspace)
      .where('disabled_at', 'is', null)
      .execute(),
    agreement: await findAgreement(trx, workspace),
    usual: await workspaceLanguage(trx, workspace),
    sent: new Set(
      (await trx.selectFrom('digest_sent').select('target').where('workspace', '=', workspace).where('period', '=', period).execute()).map(
        ({ target }) => target,
      ),
    ),
  }));
  const head = { period, from: digest.from_day, to: digest.to_day };
  const done = (target: string) =>
    store.inWorkspace(workspace, (trx) =>
      trx
        .insertInto('digest_sent')
        .values({ workspace, period, target, at: new Date() })
        .onConflict((conflict) => conflict.doNothing())
        .execute(),
    );
  const failures: unknown[] = [];
  const transport = createTransport(mail.url);
  for (const { id, email, settings } of users)
    if (!sent.has(id))
      await transport
        .sendMail({ from: mail.from, to: email, ...textOf(head, digest.body, { language: languageIn(settings) ?? usual, agreement }) })
        .then(() => done(id))
        .catch((error) => failures.push(error));
  transport.close();
  if (failures.length > 0) throw new AggregateError(failures, `The digest ${period} did not reach everybody.`);
}
