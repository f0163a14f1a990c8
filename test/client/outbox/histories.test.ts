import fc from 'fast-check';
import { expect, test } from 'vitest';
import { commands, histories, World } from '../outbox.histories.ts';

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
