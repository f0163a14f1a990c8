import { api } from '../../lib/contract/discovery.ts';
import { healthz, metrics, readyz } from '../../lib/contract/routes/operations.ts';
import own from '../../package.json' with { type: 'json' };
import { type App, reply } from './app.ts';

export function routes(app: App): void {
  app.stream(healthz, async () => ({ name: 'baton' as const, version: own.version, api }));
  app.handle(readyz, async ({ trx }) => {
    await trx.selectFrom('store_state').select('era').executeTakeFirstOrThrow();
    return { ready: true as const };
  });
  app.stream(metrics, async () => reply(200, await app.metrics.metrics(), { 'content-type': app.metrics.contentType }));
}
