import { parseArgs } from 'node:util';
import { histories } from '../test/client/outbox.histories.ts';
import { browserHistories } from '../test/histories/browser.ts';
import { build } from './parts/build.ts';

/**
 * `npm run histories`: random histories of the outbox, 10,000 unless `HISTORIES` says otherwise; `SEED` repeats a run.
 * Rejects with the smallest history found that goes wrong.
 * `npm run histories -- --browser`: fifty in a real Chromium against the real backend, while both are being killed.
 */
const { values } = parseArgs({ options: { browser: { type: 'boolean' } } });
const seed = process.env.SEED ? Number(process.env.SEED) : Date.now() & 0x7fffffff;

if (values.browser) {
  const { code, output } = await build('chrome', 'release');
  if (code !== 0) throw new Error(output);
  const ran = await browserHistories(Number(process.env.HISTORIES ?? 50), seed, (line) => console.log(line));
  const { killed, wrongs, ...sums } = ran;
  console.log(
    `${ran.histories} histories in Chromium, seed ${seed}, ${ran.seconds} s: ${sums.saved} acts said to be saved; ${sums.done} done, ` +
      `${sums.refused} refused, ${sums.undone} undone; ${sums.declined} declined before; ${sums.unheard} whose answer was never heard; ${sums.repeated} sent more than once`,
  );
  console.log(
    `killed: ${Object.entries(killed)
      .map(([what, times]) => `${what} ${times}`)
      .join(', ')}`,
  );
  for (const wrong of wrongs) console.log(wrong);
  console.log(wrongs.length === 0 ? 'No act lost, none doubled, none out of order.' : `${wrongs.length} acts are wrong.`);
  console.log(`\n${wrongs.length === 0 ? 1 : 0} passed, ${wrongs.length === 0 ? 0 : 1} failed`);
  process.exitCode = wrongs.length === 0 ? 0 : 1;
} else {
  const runs = Number(process.env.HISTORIES ?? 10_000);
  const started = performance.now();
  await histories(runs, seed);
  const seconds = Math.round((performance.now() - started) / 1000);
  console.log(`${runs} histories, seed ${seed}: no act lost, none doubled, none out of order (${seconds} s)`);
}
