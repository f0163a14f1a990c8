import { histories } from '../test/client/outbox.histories.ts';

/**
 * `npm run histories`: random histories of the outbox, 10,000 unless `HISTORIES` says otherwise; `SEED` repeats a run.
 * Rejects with the smallest history found that goes wrong.
 */
const runs = Number(process.env.HISTORIES ?? 10_000);
const seed = process.env.SEED ? Number(process.env.SEED) : Date.now() & 0x7fffffff;
const started = performance.now();
await histories(runs, seed);
const seconds = Math.round((performance.now() - started) / 1000);
console.log(`${runs} histories, seed ${seed}: no act lost, none doubled, none out of order (${seconds} s)`);
