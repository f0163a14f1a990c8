import { randomFillSync } from 'node:crypto';
import { apply, decode, encodeDelta, encodeSnapshot, has } from '../../lib/funnel/leadset.ts';
import { prefixLimit } from '../../lib/funnel/tag.ts';
import type { Figure } from './index.ts';

/** How large the lead set is on the wire, and what it costs a device, at three sizes. Times are the processor's, so that a busy machine measures the same. */
const sizes = [
  { leads: 10_000, bytes: 4.1 },
  { leads: 100_000, bytes: 3.8 },
  { leads: 1_000_000, bytes: 3.1 },
];
/** "About": what chance and the header may add. */
const about = 1.04;
/** A day's change, half of it coming and half going. */
const churn = 0.01;
const maxTags = 2_000_000;

export async function figures(): Promise<Figure[]> {
  const all: Figure[] = [];
  for (const { leads, bytes } of sizes) {
    const name = leads >= 1e6 ? `${leads / 1e6} million leads` : `${leads / 1000} thousand leads`;
    const add = (what: string, value: number, unit: string, most?: number) =>
      all.push({
        name: `lead set, ${name}: ${what}`,
        value: Number(value.toPrecision(4)),
        unit,
        goal: most === undefined ? '' : `<= ${Number(most.toPrecision(3))}`,
        holds: most === undefined || value <= most,
      });
    const before = tags(leads);
    const after = changed(before);
    const snapshot = await encodeSnapshot({ kid: 1, to: 1, tags: before });
    const delta = await encodeDelta({ kid: 1, from: 1, to: 2, before, after });
    add('snapshot, bytes a lead', snapshot.length / leads, 'B', bytes * about);
    add('one percent changed, of a snapshot', delta.length / snapshot.length, 'share', 0.012);
    add('lookup', lookup(before) * 1000, 'ns', 1000);
    const taking = await median(7, async () => void (await apply(before, decode(delta, { maxTags, have: 1 }), { maxTags })));
    add('a change taken', taking, 'ms', leads === 1_000_000 ? 150 : undefined);
    add('a snapshot taken', await median(3, async () => void (await apply(new Float64Array(0), decode(snapshot, { maxTags })))), 'ms');
  }
  return all;
}

/** So many different numbers below 2^40, sorted. */
function tags(count: number): Float64Array<ArrayBuffer> {
  const found = new Set<number>();
  const bytes = new Uint8Array(5 * 4096);
  const view = new DataView(bytes.buffer);
  while (found.size < count) {
    randomFillSync(bytes);
    for (let at = 0; at < bytes.length && found.size < count; at += 5) found.add(view.getUint8(at) * 2 ** 32 + view.getUint32(at + 1));
  }
  return Float64Array.from(found).sort();
}

function changed(before: Float64Array): Float64Array<ArrayBuffer> {
  const each = Math.round((before.length * churn) / 2);
  const gone = new Set<number>();
  while (gone.size < each) gone.add(Math.floor(Math.random() * before.length));
  const there = new Set(before);
  const come: number[] = [];
  for (const tag of tags(each)) if (!there.has(tag)) come.push(tag);
  return Float64Array.from([...before.filter((_, i) => !gone.has(i)), ...come]).sort();
}

/** µs of one lookup, half of them hits; far apart, so that the set is not simply in the processor's cache. */
function lookup(set: Float64Array): number {
  const asked = Float64Array.from({ length: 200_000 }, (_, i) =>
    i % 2 ? set[(i * 7919) % set.length]! : Math.floor(Math.random() * prefixLimit),
  );
  const times: number[] = [];
  let hits = 0;
  for (let turn = 0; turn < 5; turn++) {
    const started = process.cpuUsage();
    for (let i = 0; i < asked.length; i++) if (has(set, asked[i]!)) hits++;
    times.push(since(started) / asked.length);
  }
  if (hits < (asked.length / 2) * times.length) throw new Error('A lead was not found.');
  return times.sort((a, b) => a - b)[2]!;
}

/** µs of all threads. */
function since(started: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(started);
  return user + system;
}

/** ms. */
async function median(turns: number, work: () => Promise<void>): Promise<number> {
  const times: number[] = [];
  for (let turn = 0; turn < turns; turn++) {
    const started = process.cpuUsage();
    await work();
    times.push(since(started) / 1000);
  }
  return times.sort((a, b) => a - b)[turns >> 1]!;
}
