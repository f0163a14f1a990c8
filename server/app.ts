import { routes as acts } from './acts/routes.ts';
import { routes as cards } from './cards/routes.ts';
import { routes as digests } from './digests/routes.ts';
import { withReadKeys } from './feed/read-key.ts';
import { routes as feed } from './feed/routes.ts';
import type { App } from './http/app.ts';
import { type Dispatch, dispatch, type Parts } from './http/dispatch.ts';
import { routes as me } from './http/me.ts';
import { routes as operations } from './http/operations.ts';
import type { Authenticate } from './http/user.ts';
import { routes as imports } from './imports/routes.ts';
import { routes as ingest } from './ingest/routes.ts';
import { routes as jobs } from './jobs/routes.ts';
import { routes as leadset } from './leadset/routes.ts';
import { routes as docs } from './openapi/routes.ts';
import { routes as practice } from './practice/routes.ts';
import { routes as reports } from './reports/routes.ts';
import { routes as rules } from './rules/routes.ts';
import { signIn } from './sign-in/sign-in.ts';
import { routes as sources } from './sources/routes.ts';
import { routes as webhooks } from './webhooks/routes.ts';

/** Everything that answers, in the order in which it is registered. */
const areas: ((app: App) => void)[] = [
  operations,
  me,
  leadset,
  cards,
  acts,
  rules,
  feed,
  imports,
  ingest,
  practice,
  sources,
  reports,
  digests,
  webhooks,
  jobs,
];

/**
 * The whole backend as one function from request to answer.
 * @param authenticate for tests alone: who calls, instead of the sign-in service
 */
export function createApp(parts: Parts & { authenticate?: Authenticate }): Dispatch {
  const made: Dispatch = dispatch(parts, (app) => {
    for (const routes of areas) routes(app);
    docs(app, () => made.routes());
    return withReadKeys(app.store, parts.authenticate ?? signIn(app));
  });
  return made;
}
