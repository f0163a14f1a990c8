import { artefacts } from './parts/artefact.ts';
import { findBrowser, needBrowser } from './parts/browser.ts';
import { quick } from './parts/quick.ts';
import { one, runSteps, type Step } from './parts/step.ts';
import { dialogs, firefox, playwright, vitest } from './parts/suites.ts';

/** `npm test`: everything. `npm test -- types e2e` runs only the steps with these words in their names. */
const browser: Step = one('a Chromium to test in', async () => {
  await needBrowser((line) => process.stdout.write(`${line}\n`));
  return '';
});
const steps: Step[] = [
  ...quick(),
  ...artefacts(),
  vitest('unit, property and backend tests'),
  ...(findBrowser() ? [] : [browser]),
  playwright('e2e: the extension in Chromium'),
  dialogs('e2e: the dialogs of the browser itself'),
  firefox('e2e: the extension in Firefox ESR'),
];
const wanted = process.argv.slice(2);
await runSteps(wanted.length === 0 ? steps : steps.filter(({ name }) => wanted.some((word) => name.includes(word))));
