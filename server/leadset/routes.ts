import { leadset, leadsetKey } from '../../lib/contract/routes/leadset.ts';
import { encodeDelta, encodeSnapshot, mediaType } from '../../lib/funnel/leadset.ts';
import { base64url } from '../../lib/funnel/tag.ts';
import { type App, reply } from '../http/app.ts';
import { problem } from '../http/problem.ts';
import { offeredKeys, tendKeys } from './keys.ts';
import { newestVersion, readSet } from './version.ts';

/** Answers kept ready, because many clients ask for the same change; bytes. */
const readyBytes = 64 * 2 ** 20;

export function routes(app: App): void {
  const ready = new Map<string, Uint8Array>();
  let size = 0;

  app.handle(leadsetKey, async ({ trx, workspace, receivedAt }) => {
    // Two may leave within a few days: the key that nobody of them knows is the newest, not the second oldest.
    const offered = (await offeredKeys(trx, workspace, receivedAt)).map((key) => ({ ...key, key: base64url(key.key) }));
    const [current] = offered;
    const next = offered.length > 1 ? offered.at(-1) : undefined;
    if (!current) throw problem('unavailable', 'The lead set has no key yet.', { headers: { 'retry-after': '10' } });
    return { ...current, ...(next && { next }) };
  });

  app.handle(leadset, async ({ trx, workspace, query: { kid, have } }) => {
    const version = await newestVersion(trx, workspace, kid);
    if (version === undefined) throw problem('gone', 'The lead set has a new key. Fetch it first.');
    if (have === version) return reply(204);
    const name = `${workspace} ${kid} ${version} ${have ?? 0}`;
    let bytes = ready.get(name);
    if (!bytes) {
      const { version: to, before, after } = await readSet(trx, workspace, kid, have);
      bytes = await encodeSnapshot({ kid, to, tags: after });
      if (before) {
        const delta = await encodeDelta({ kid, from: have!, to, before, after });
        if (delta.length < bytes.length) bytes = delta;
      }
      if (to === version && bytes.length < readyBytes / 4) {
        ready.set(name, bytes);
        size += bytes.length;
        for (const [oldest, { length }] of ready) {
          if (size <= readyBytes) break;
          ready.delete(oldest);
          size -= length;
        }
      }
    }
    return reply(200, bytes, { 'content-type': mediaType });
  });

  app.jobs.work('leadset-keys', ({ workspace, store }) => tendKeys(store, workspace));
  app.jobs.every('41 2 * * *', 'leadset-keys');
}
