import { parseArgs } from 'node:util';
import { proveCampaigns, proveMarketing, proveSales, type Scene, scene } from '../test/reports/prove.ts';
import { one, runSteps } from './parts/step.ts';

/**
 * `npm run figures`: every figure of every report against plain loops over the rows, on a random history of 10,000 leads
 * and 300,000 touches. `-- --leads N --touches N` for another size; `SEED` repeats a run.
 */
const { values } = parseArgs({ options: { leads: { type: 'string', default: '10000' }, touches: { type: 'string', default: '300000' } } });
const size = { leads: Number(values.leads), touches: Number(values.touches) };
const seed = process.env.SEED ? Number(process.env.SEED) : Date.now() & 0x7fffffff;

const made = await scene({ ...size, seed });
console.log(`${size.leads} leads, ${size.touches} touches, ${made.raw.changes.length} changes of stage; seed ${seed}`);
const proof = (name: string, prove: (made: Scene) => Promise<number>) =>
  one(name, async () => {
    try {
      const compared = await prove(made);
      console.log(`${compared} figures agree: ${name}`);
      return compared > 0 ? '' : 'Nothing was compared.';
    } catch (error) {
      return (error as Error).message;
    }
  });
try {
  await runSteps([
    proof('funnel, answer times, reasons, commitments', proveSales),
    proof('budget by all models, long-term, one person', proveMarketing),
    proof('campaigns', proveCampaigns),
  ]);
} finally {
  await made.server.close();
}
