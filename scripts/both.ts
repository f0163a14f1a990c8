import { testServer } from '../test/server/harness.ts';
import { bothHistories, type Crm, crms } from '../test/sources/both.histories.ts';

/**
 * `npm run both`: random histories of Baton and a CRM changing at once, 300 unless `HISTORIES` says otherwise; `SEED`
 * repeats a run, `HISTORY` begins it at one path of it, `CRM` picks one. Rejects with the smallest history found that goes wrong.
 */
const runs = Number(process.env.HISTORIES ?? 300);
const seed = process.env.SEED ? Number(process.env.SEED) : Date.now() & 0x7fffffff;
const crm = process.env.CRM as Crm | undefined;
if (crm && !crms.includes(crm)) throw new Error(`CRM is one of ${crms.join(', ')}.`);
const started = performance.now();
const server = await testServer();
try {
  await bothHistories(server, runs, seed, crm);
} finally {
  await server.close();
}
const seconds = Math.round((performance.now() - started) / 1000);
console.log(`${runs} histories, seed ${seed}: both sides equal, nothing lost, doubled or echoed (${seconds} s)`);
