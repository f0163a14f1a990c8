import { createHmac, randomBytes } from 'node:crypto';

/** Standard Webhooks: secrets are `whsec_` and base64 of 24 to 64 bytes; signatures are `v1,` and base64 of HMAC-SHA256. */

const prefix = 'whsec_';

export const newSecret = (): string => prefix + randomBytes(32).toString('base64');

/**
 * The headers of a message.
 * @param id the same at every try, so that a receiver can tell a repetition
 * @param secrets every one that counts at present, the newest first: a receiver that knows any of them is content
 * @param now of this try, ms since epoch; receivers refuse what is minutes old
 */
export function signed(id: string, body: string, secrets: readonly string[], now: number): Record<string, string> {
  const timestamp = String(Math.floor(now / 1000));
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(prefix.length), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
  });
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}
