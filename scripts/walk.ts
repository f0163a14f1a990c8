import { build } from './parts/build.ts';
import { one, runSteps } from './parts/step.ts';
import { playwright } from './parts/suites.ts';

/**
 * `npm run walk`: opens 5,000 mails from people who are not leads and 50 from people who are, in the real extension
 * behind a recording proxy, beside an idle browser. `WALK` says how many instead.
 */
process.env.WALK ??= '5000';
await runSteps([
  one('build for chrome, release', () => build('chrome', 'release')),
  playwright(`the mailbox walk, ${process.env.WALK} mails`, ['test/attacks/walk.spec.ts', '--workers=1']),
]);
