import { afterAll, beforeAll, expect, test } from 'vitest';
import { proveMarketing, proveSales, type Scene, scene } from './prove.ts';

/** The full size of the same proof runs with the benches. */
let made: Scene;
beforeAll(async () => {
  made = await scene({ leads: 800, touches: 15_000, seed: 7 });
});
afterAll(() => made?.server.close());

test('funnel, answer times, reasons and commitments say what plain loops over the rows say', async () => {
  expect(await proveSales(made)).toBeGreaterThan(5_000);
}, 120_000);

test('budget by all models, long-term and one person say what plain loops say', async () => {
  expect(await proveMarketing(made)).toBeGreaterThan(5_000);
}, 120_000);
