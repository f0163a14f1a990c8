import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { attribute, countable, type Outcome, weightsBy } from '../../lib/funnel/attribution.ts';
import type { TouchForRules } from '../../lib/funnel/lead.ts';
import { attributionModels, isActive, touchKinds } from '../../lib/funnel/words.ts';

const window = { lookBackMonths: 24, zone: 'Europe/Vienna' };
const day = (n: number): string => new Date(Date.UTC(2026, 5, 1) + n * 86_400_000).toISOString();
const touches = (...days: number[]): TouchForRules[] => days.map((n) => ({ at: day(n), kind: 'click' }));
const shares = (list: TouchForRules[], model: (typeof attributionModels)[number], outcome: Partial<Outcome> = {}) => {
  const { used, shares } = attribute(list, model, { at: day(100), ...outcome }, window);
  const dense = list.map((_, i) => shares.find((s) => s.touch === i)?.share ?? 0);
  return { used, percent: dense.map((s) => Number((s * 100).toFixed(2))) };
};

describe('the models on five touches', () => {
  const five = touches(0, 5, 12, 30, 38);
  const outcome = { at: day(38), leadCreatedAt: day(13), opportunityCreatedAt: day(31) };
  test.each([
    ['first', [100, 0, 0, 0, 0]],
    ['last', [0, 0, 0, 0, 100]],
    ['linear', [20, 20, 20, 20, 20]],
    ['position', [40, 6.67, 6.67, 6.67, 40]],
    ['u_shaped', [40, 6.67, 40, 6.67, 6.67]],
    ['w_shaped', [30, 5, 30, 30, 5]],
  ] as const)('%s', (model, percent) => {
    expect(shares(five, model, outcome)).toEqual({ used: model, percent });
  });

  test('time decay halves every seven days: the checked example of 12,000 dollars', () => {
    const { shares } = attribute(five, 'time_decay', outcome, window);
    expect(shares.map(({ share }) => Math.round(share * 12_000))).toEqual([175, 287, 575, 3417, 7545]);
  });
});

describe('conventions', () => {
  test('one touch has it all, in every model', () => {
    for (const model of attributionModels)
      expect(shares(touches(3), model, { leadCreatedAt: day(4), opportunityCreatedAt: day(5) })).toEqual({ used: model, percent: [100] });
  });

  test('two touches: halves by position; no others means the anchors share the rest', () => {
    expect(shares(touches(0, 9), 'position').percent).toEqual([50, 50]);
    expect(shares(touches(0, 9), 'u_shaped', { leadCreatedAt: day(9) }).percent).toEqual([50, 50]);
    expect(shares(touches(0, 5, 9), 'w_shaped', { leadCreatedAt: day(5), opportunityCreatedAt: day(9) }).percent).toEqual([
      33.33, 33.33, 33.33,
    ]);
  });

  test('one touch that is several anchors adds their shares', () => {
    expect(shares(touches(0, 5, 9), 'u_shaped', { leadCreatedAt: day(1) }).percent).toEqual([80, 10, 10]);
    expect(shares(touches(0, 5, 9), 'w_shaped', { leadCreatedAt: day(6), opportunityCreatedAt: day(8) }).percent).toEqual([30, 60, 10]);
  });

  test('an unknown anchor drops to the next simpler model, and says so', () => {
    const list = touches(0, 5, 9, 12);
    expect(shares(list, 'w_shaped', { leadCreatedAt: day(5) })).toEqual({ used: 'u_shaped', percent: [40, 40, 10, 10] });
    expect(shares(list, 'w_shaped')).toEqual({ used: 'position', percent: [40, 10, 10, 40] });
    expect(shares(list, 'u_shaped', { leadCreatedAt: day(-1) })).toEqual({ used: 'position', percent: [40, 10, 10, 40] });
  });

  test('what was sent, opened or bounced earns nothing', () => {
    const list: TouchForRules[] = [
      { at: day(0), kind: 'sent' },
      { at: day(1), kind: 'opened' },
      { at: day(2), kind: 'form' },
      { at: day(3), kind: 'bounced' },
    ];
    expect(shares(list, 'linear').percent).toEqual([0, 0, 100, 0]);
    expect(attribute(list.slice(0, 2), 'linear', { at: day(9) }, window).shares).toEqual([]);
  });

  test('of one campaign on one local day only the first counts', () => {
    const at = (time: string): string => `2026-06-01T${time}:00Z`;
    const list: TouchForRules[] = [
      { at: at('08:00'), kind: 'click', campaign: 'a' },
      { at: at('12:00'), kind: 'form', campaign: 'a' },
      { at: at('12:00'), kind: 'form', campaign: 'b' },
      { at: at('22:30'), kind: 'form', campaign: 'a' },
    ];
    expect(shares(list, 'linear').percent).toEqual([33.33, 0, 33.33, 33.33]);
  });

  test('the look-back is in months, and nothing after the outcome counts', () => {
    const list: TouchForRules[] = ['2024-06-30T10:00:00Z', '2024-07-02T10:00:00Z', '2026-07-01T09:00:00Z', '2026-07-01T11:00:00Z'].map(
      (at) => ({ at, kind: 'click' }),
    );
    expect(shares(list, 'linear', { at: '2026-07-01T10:00:00Z' }).percent).toEqual([0, 50, 50, 0]);
  });
});

test('shares sum to 1, whatever happened', () => {
  const instant = fc.date({ min: new Date('2023-01-01'), max: new Date('2027-01-01'), noInvalidDate: true }).map((d) => d.toISOString());
  const touch = fc.record({
    at: instant,
    kind: fc.constantFrom(...touchKinds),
    campaign: fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined }),
  });
  const maybe = fc.option(instant, { nil: undefined });
  fc.assert(
    fc.property(
      fc.array(touch, { maxLength: 40 }),
      fc.constantFrom(...attributionModels),
      instant,
      maybe,
      maybe,
      (list, model, at, leadCreatedAt, opportunityCreatedAt) => {
        const { shares } = attribute(list, model, { at, leadCreatedAt, opportunityCreatedAt }, window);
        for (const { touch, share } of shares) {
          expect(isActive(list[touch]!.kind)).toBe(true);
          expect(Date.parse(list[touch]!.at)).toBeLessThanOrEqual(Date.parse(at));
          expect(share).toBeGreaterThan(0);
        }
        const sum = shares.reduce((a, s) => a + s.share, 0);
        if (shares.length > 0) expect(Math.abs(sum - 1)).toBeLessThan(1e-9);
        else
          expect(
            list.some(
              (t) => isActive(t.kind) && Date.parse(t.at) <= Date.parse(at) && Date.parse(t.at) > Date.parse(at) - 720 * 86_400_000,
            ),
          ).toBe(false);
      },
    ),
    { numRuns: 1000 },
  );
});

test('worked out once for several outcomes of one person, it is the same', () => {
  const at = fc.integer({ min: Date.UTC(2023, 0, 1), max: Date.UTC(2027, 0, 1) });
  // Many on a few days around the end of summer time, so that some repeat their campaign's first of the day.
  const near = fc.integer({ min: Date.UTC(2026, 9, 24), max: Date.UTC(2026, 9, 27) });
  const touch = fc.record({ at: fc.oneof(at, near), campaign: fc.option(fc.constantFrom('a', 'b'), { nil: undefined }) });
  const iso = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString());
  const maybe = fc.option(at, { nil: undefined });
  fc.assert(
    fc.property(
      fc.array(touch, { maxLength: 30 }),
      fc.array(fc.record({ at: fc.oneof(at, near), lead: maybe, opportunity: maybe }), { maxLength: 4 }),
      fc.constantFrom(1, 24),
      (list, outcomes, lookBackMonths) => {
        const touches = list.toSorted((a, b) => a.at - b.at);
        const counted = countable({ n: touches.length, at: touches.map(({ at }) => at) }, (place) => touches[place]!.campaign, {
          ...window,
          lookBackMonths,
        });
        for (const outcome of outcomes) {
          const places = counted(outcome.at);
          const instants = places.map((place) => touches[place]!.at);
          for (const model of attributionModels) {
            const { weights, sum } = weightsBy(model, instants, outcome.lead, outcome.opportunity);
            if (model !== 'time_decay') expect(weights.every(Number.isInteger)).toBe(true);
            const shares = weights.map((weight) => weight / sum);
            const one = attribute(
              touches.map(({ at, campaign }) => ({ at: iso(at)!, kind: 'click', ...(campaign && { campaign }) })),
              model,
              { at: iso(outcome.at)!, leadCreatedAt: iso(outcome.lead), opportunityCreatedAt: iso(outcome.opportunity) },
              { ...window, lookBackMonths },
            );
            expect(places.map((touch, i) => ({ touch, share: shares[i]! })).filter(({ share }) => share > 0)).toEqual(one.shares);
            if (places.length > 0) expect(shares.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
          }
        }
      },
    ),
    { numRuns: 300 },
  );
});
