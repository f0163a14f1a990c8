import { parseArgs } from 'node:util';
import { benches, type Figure } from '../test/bench/index.ts';

/**
 * `npm run bench`: measures what was promised. `-- --json` prints one object a line; `-- cards page` runs only the
 * benches with these words in their file names. Ends with 1 when a goal is not reached.
 */
const { values, positionals } = parseArgs({ options: { json: { type: 'boolean' } }, allowPositionals: true });
let broken = false;

const line = ({ name, value, unit, goal, holds }: Figure): string =>
  `${name.padEnd(64)} ${String(value).padStart(10)} ${unit.padEnd(7)} ${goal.padEnd(12)} ${goal === '' ? '' : holds ? 'holds' : 'FAILS'}`.trimEnd();

for (const bench of await benches(positionals)) {
  if (!values.json) process.stderr.write(`${bench.file} …\n`);
  for (const figure of await bench.figures()) {
    if (!figure.holds) broken = true;
    process.stdout.write(`${values.json ? JSON.stringify(figure) : line(figure)}\n`);
  }
}
process.exitCode = broken ? 1 : 0;
