import type { Route } from '../../lib/contract/route.ts';
import type { z } from '../../lib/contract/z.ts';
import type { Answer, App, StreamCall } from '../http/app.ts';
import { parseJson } from '../http/body.ts';
import { inBody, parse } from '../http/input.ts';
import { problem } from '../http/problem.ts';
import type { User } from '../http/user.ts';
import type { Trx } from '../store/db.ts';
import { troubleOf } from './pull.ts';

const bodyLimit = 256 * 1024;

interface Calling<R extends Route> {
  user: User;
  workspace: string;
  body: R['body'] extends z.ZodType ? z.output<R['body']> : undefined;
  params: StreamCall<R>['params'];
  query: StreamCall<R>['query'];
  request: Request;
  receivedAt: string;
  /** One transaction of the caller's workspace. */
  within<T>(work: (trx: Trx) => Promise<T>): Promise<T>;
}

/**
 * A route that asks a CRM something. It runs outside any transaction: one that waits for the world holds back the
 * change feed of everybody, and a renewed token must be kept whatever becomes of the request.
 * What the CRM says no to is a refusal in its words; that it cannot be reached is `unavailable`.
 */
export function calling<const R extends Route>(app: App, route: R, handler: (call: Calling<R>) => Promise<Answer<R>>): void {
  app.stream(route, async (call) => {
    const user = call.user as User;
    const body = route.body && parse(route.body, parseJson(call.request, await call.read(bodyLimit)), inBody, route.strict);
    try {
      return await handler({
        user,
        workspace: user.workspace,
        body: body as Calling<R>['body'],
        params: call.params,
        query: call.query,
        request: call.request,
        receivedAt: call.receivedAt,
        within: (work) => app.store.inWorkspace(user.workspace, work),
      });
    } catch (error) {
      const trouble = troubleOf(error);
      if (!trouble) throw error;
      const away = trouble.trouble === 'away' || trouble.trouble === 'limit';
      throw problem(away ? 'unavailable' : 'refused', trouble.sentence, { refusal: trouble.said });
    }
  });
}
