import { createHmac } from 'node:crypto';
import { createTransport } from 'nodemailer';
import type { Digest } from '../../lib/contract/routes/digests.ts';
import { ConfigError } from '../config.ts';
import type { Call } from '../outgoing/request.ts';
import type { Store } from '../store/db.ts';
import { textOf } from './text.ts';

/** Where digests go besides the extension; each only where it is configured. */
export interface Outlets {
  mail?: { url: string; from: string };
  /** Standard Webhooks: `secret` is base64, with or without `whsec_`. */
  webhook?: { url: string; secret: string };
}

/** @throws ConfigError when one half of a pair is missing */
export function outletsFromEnv(env: Readonly<Record<string, string | undefined>>): Outlets {
  const { BATON_SMTP_URL: smtp, BATON_MAIL_FROM: from, BATON_DIGEST_WEBHOOK: hook, BATON_WEBHOOK_SECRET: secret } = env;
  if (!smtp !== !from) throw new ConfigError('Mail needs BATON_SMTP_URL and BATON_MAIL_FROM. Set both, or none.');
  if (!hook !== !secret) throw new ConfigError('The webhook needs BATON_DIGEST_WEBHOOK and BATON_WEBHOOK_SECRET. Set both, or none.');
  if (hook && !URL.canParse(hook)) throw new ConfigError(`BATON_DIGEST_WEBHOOK must be an address, not “${hook}”.`);
  return { ...(smtp && from && { mail: { url: smtp, from } }), ...(hook && secret && { webhook: { url: hook, secret } }) };
}

export type Post = (url: string, call: Call) => Promise<{ status: number }>;

/**
 * Sends a frozen digest to every user by mail and to the webhook. Each one that got it is written down, so that a
 * second run goes on where the first one failed. @throws when somebody could not be reached
 */
export async function send(store: Store, workspace: string, period: string, { mail, webhook }: Outlets, post: Post): Promise<void> {
  if (!mail && !webhook) return;
  const { digest, users, sent } = await store.inWorkspace(workspace, async (trx) => ({
    digest: await trx
      .selectFrom('digest')
      .selectAll()
      .where('workspace', '=', workspace)
      .where('period', '=', period)
      .executeTakeFirstOrThrow(),
    users: await trx
      .selectFrom('app_user')
      .select(['id', 'email'])
      .where('workspace', '=', workspace)
      .where('disabled_at', 'is', null)
      .execute(),
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
  if (mail) {
    const transport = createTransport(mail.url);
    const text = textOf(head, digest.body);
    for (const { id, email } of users)
      if (!sent.has(id))
        await transport
          .sendMail({ from: mail.from, to: email, subject: `Baton: ${period}`, text })
          .then(() => done(id))
          .catch((error) => failures.push(error));
    transport.close();
  }
  if (webhook && !sent.has('webhook')) {
    const event: Pick<Digest, 'period' | 'from' | 'to' | 'body' | 'grain' | 'frozenAt'> = {
      ...head,
      grain: digest.grain,
      frozenAt: digest.frozen_at,
      body: digest.body,
    };
    const body = JSON.stringify({ type: 'digest.frozen', timestamp: digest.frozen_at, data: event });
    await post(webhook.url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...signed(`${workspace}.${period}`, body, webhook.secret) },
    })
      .then(({ status }) => {
        if (status < 200 || status > 299) throw new Error(`The webhook answered ${status}.`);
        return done('webhook');
      })
      .catch((error) => failures.push(error));
  }
  if (failures.length > 0) throw new AggregateError(failures, `The digest ${period} did not reach everybody.`);
}

/** The headers of Standard Webhooks. The id is the same at every try, so that a receiver can tell a repetition. */
function signed(id: string, body: string, secret: string): Record<string, string> {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}
