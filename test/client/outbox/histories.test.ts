import fc from 'fast-check';
import { expect, test } from 'vitest';
import { commands, histories, history, World } from '../outbox.histories.ts';

test('1,000 random histories lose no act, double none and keep their order', { timeout: 120_000 }, async () => {
  await histories(Number(process.env.HISTORIES ?? 1_000), process.env.SEED ? Number(process.env.SEED) : undefined);
});

test('the histories really contain what they are about', { timeout: 30_000 }, async () => {
  const seen = { effects: 0, refused: 0, undone: 0, notSaved: 0, deaths: 0, aged: 0, starts: 0, upgrades: 0 };
  for (const made of fc.sample(commands, { numRuns: 60, seed: 1 })) {
    const world = new World();
    for (const one of made) await world.run(one);
    await world.drain();
    seen.effects += world.backend.effects.length;
    seen.refused += world.backend.refusedKeys.size;
    seen.undone += world.undone.size;
    seen.notSaved += world.notSaved.size;
    seen.deaths += world.deaths;
    seen.aged += world.aged.size;
    seen.starts += world.starts;
    seen.upgrades += world.upgrades;
    await world.close();
  }
  for (const [what, times] of Object.entries(seen)) expect(times, what).toBeGreaterThan(5);
});

test('old acts that were undone may be tidied away while a late answer arrives', async () => {
  const step = { worker: 0, fuse: null, turns: 40 } as const;
  const act = { ...step, do: 'act', what: 'feedback', lead: 0, wrong: false, full: false } as const;
  const late = { ...act, worker: 1, lead: 1 } as const;
  const flush = { ...step, do: 'flush', eager: false, full: false } as const;
  const old = Array.from({ length: 8 }, (_, which) => which);
  await history([
    ...old.map(() => act),
    { do: 'pass', ms: 31 * 24 * 3600_000 },
    { ...flush, fates: [] },
    ...old.map((which) => ({ ...step, do: 'undo', which }) as const),
    late,
    late,
    { do: 'pass', ms: 7_000 },
    { ...flush, worker: 1, fates: ['late', 'late'] },
  ]);
});
