import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Webhook } from '../source.ts';

/** Mautic signs the body alone, without a time; the body's hash is what a replay is recognised by. */
export const webhook: Webhook = {
  receive({ headers, body }, secret) {
    const wanted = createHmac('sha256', secret).update(body).digest();
    const got = Buffer.from(headers['webhook-signature'] ?? '', 'base64');
    if (got.length !== wanted.length || !timingSafeEqual(got, wanted)) return undefined;
    let said: unknown;
    try {
      said = JSON.parse(body.toString());
    } catch {
      return undefined;
    }
    const records = new Set<string>();
    for (const [name, list] of Object.entries((said ?? {}) as Record<string, unknown>)) {
      if (!name.startsWith('mautic.')) continue;
      for (const entry of Array.isArray(list) ? list : [list]) {
        // Of a deleted contact the id stands beside what is left of it.
        const { id, contact } = (entry ?? {}) as { id?: number; contact?: { id?: number | null } };
        for (const one of [id, contact?.id]) if (typeof one === 'number') records.add(String(one));
      }
    }
    return { ids: [createHash('sha256').update(body).digest('base64url')], records: [...records] };
  },
};
