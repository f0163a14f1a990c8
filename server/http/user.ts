import type { Role } from '../../lib/funnel/words.ts';

/** Who calls, in which workspace: found out once a request, before anything is read for it. */
export interface User {
  id: string;
  workspace: string;
  role: Role;
  name: string;
  email: string;
}

/**
 * Tells who sent a request, by its `Authorization` (and its proof of possession). Throws `problem('unauthenticated', …)`
 * with `WWW-Authenticate` when it cannot, `problem('unavailable', …)` when the store is needed and away.
 */
export type Authenticate = (request: Request) => Promise<User>;
