import { testServer } from '../test/server/harness.ts';
import { type YearCrm, year, years } from '../test/sources/year.ts';

/**
 * `npm run year`: a year of a CRM with 50,000 people and 500,000 activities is imported by a process that keeps dying,
 * within the CRM's limits, and followed for a day in which 1 % of the people change every hour. `CRM` is `hubspot`, `salesforce` or `mautic`; `PEOPLE`, `ACTIVITIES`,
 * `HOURS`, `DIES_EVERY` and `SEED` say otherwise. Time is simulated, PostgreSQL is real.
 */
const number = (name: string, otherwise: number): number => Number(process.env[name] ?? otherwise);
const size = {
  people: number('PEOPLE', 50_000),
  activities: number('ACTIVITIES', 500_000),
  hours: number('HOURS', 24),
  diesEvery: number('DIES_EVERY', 60),
};
const seed = number('SEED', Date.now() & 0x7fffffff);
const crm = (process.env.CRM ?? 'hubspot') as YearCrm;
if (!(crm in years)) throw new Error(`CRM is one of ${Object.keys(years).join(', ')}.`);
const server = await testServer();
try {
  const figures = await year(server, crm, size, seed, (line) => process.stderr.write(`${line}\n`));
  console.log(JSON.stringify({ crm, ...size, seed, ...figures }, undefined, 2));
  console.log('Everything that is in the CRM is here, once; and its limits were kept.');
} finally {
  await server.close();
}
