import type { App } from '../http/app.ts';
import { routes as accessKeys } from './access-keys.ts';
import { routes as add } from './add.ts';
import { routes as agreement } from './agreement.ts';
import { routes as campaigns } from './campaigns.ts';
import { routes as decisions } from './decisions.ts';
import { routes as feedback } from './feedback.ts';
import { routes as handoffs } from './handoffs.ts';
import { routes as jobs } from './jobs.ts';
import { routes as keys } from './keys.ts';
import { routes as merge } from './merge.ts';
import { routes as people } from './people.ts';
import { routes as queue } from './queue.ts';
import { routes as record } from './record.ts';
import { routes as users } from './users.ts';

/** Everything that changes something because a user, or the clock, says so. */
export function routes(app: App): void {
  for (const area of [
    add,
    decisions,
    feedback,
    keys,
    merge,
    queue,
    handoffs,
    agreement,
    record,
    campaigns,
    users,
    accessKeys,
    people,
    jobs,
  ])
    area(app);
}
