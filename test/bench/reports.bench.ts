import { parseArgs } from 'node:util';
import { campaignsReport } from '../../lib/contract/routes/reports.ts';
import { answerTimesReport } from '../../lib/contract/routes/reports-answers.ts';
import { budgetReport } from '../../lib/contract/routes/reports-budget.ts';
import { commitmentsReport } from '../../lib/contract/routes/reports-commitments.ts';
import { funnelReport } from '../../lib/contract/routes/reports-funnel.ts';
import { longTermReport } from '../../lib/contract/routes/reports-long-term.ts';
import { reasonsReport } from '../../lib/contract/routes/reports-reasons.ts';
import { scene } from '../reports/prove.ts';
import type { Figure } from './index.ts';

/**
 * How long each report takes on a million touches. That it says the right thing at full size is `npm run figures`.
 *
 *     node test/bench/reports.bench.ts [--touches 1000000] [--json]
 */
export async function figures({ touches = 1_000_000 }: { touches?: number } = {}): Promise<Figure[]> {
  return times(touches);
}

/** A quarter, compared with the one before. */
const quarter = { from: '2026-07-01', to: '2026-09-30' };
const years = { from: '2025-01-01', to: '2026-12-31' };

async function times(touches: number): Promise<Figure[]> {
  const made = await scene({ leads: Math.round(touches / 30), touches, seed: 12 });
  const { server, manager, raw } = made;
  const campaign = raw.campaigns[3]!.id;
  const asked = [
    ['funnel', () => server.call(manager, funnelReport, { query: { ...quarter, compare: 'before' } })],
    ['answer times', () => server.call(manager, answerTimesReport, { query: { ...quarter, compare: 'before' } })],
    ['reasons', () => server.call(manager, reasonsReport, { query: { ...quarter, compare: 'before' } })],
    ['commitments', () => server.call(manager, commitmentsReport, { query: { ...quarter, compare: 'before' } })],
    ['campaigns', () => server.call(manager, campaignsReport, { query: { ...quarter, compare: 'before', attribution: 'position' } })],
    ['campaigns of two years', () => server.call(manager, campaignsReport, { query: { ...years, attribution: 'position' } })],
    ['campaigns of a segment', () => server.call(manager, campaignsReport, { query: { ...quarter, segment: 'Large' } })],
    ['budget', () => server.call(manager, budgetReport, { query: { ...quarter, compare: 'before' } })],
    ['funnel of a channel', () => server.call(manager, funnelReport, { query: { ...quarter, channel: 'webinar' } })],
    ['funnel of a segment', () => server.call(manager, funnelReport, { query: { ...quarter, segment: 'Large' } })],
    ['budget of a segment', () => server.call(manager, budgetReport, { query: { ...quarter, segment: 'Large' } })],
    ['budget of a campaign', () => server.call(manager, budgetReport, { query: { ...quarter, compare: 'before', campaign } })],
    ['answer times of a campaign', () => server.call(manager, answerTimesReport, { query: { ...quarter, campaign } })],
    ['long-term of a campaign', () => server.call(manager, longTermReport, { query: { ...years, campaign } })],
    ['long-term', () => server.call(manager, longTermReport, { query: years })],
  ] as const;
  const took = new Map<string, number[]>(asked.map(([name]) => [name, []]));
  try {
    // In turns, so that whatever else the machine does falls on all of them.
    for (let turn = 0; turn < 5; turn++)
      for (const [name, ask] of asked) {
        const started = performance.now();
        const { status } = await ask();
        if (status !== 200) throw new Error(`${name}: ${status}`);
        took.get(name)!.push(performance.now() - started);
      }
    return [...took].map(([name, all]) => {
      const median = all.sort((a, b) => a - b)[Math.floor(all.length / 2)]!;
      return {
        name: `report ${name}, ${touches / 1e6} million touches, median`,
        value: Math.round(median),
        unit: 'ms',
        goal: '< 1000',
        holds: median < 1000,
      };
    });
  } finally {
    await server.close();
  }
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { touches: { type: 'string', default: '1000000' }, json: { type: 'boolean' } } });
  for (const line of await figures({ touches: Number(values.touches) }))
    console.log(
      values.json ? JSON.stringify(line) : `${line.name}: ${line.value} ${line.unit} (${line.goal}: ${line.holds ? 'holds' : 'FAILS'})`,
    );
}
