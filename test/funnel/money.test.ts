import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inMinor, inUnits, minorDigits, slice, written } from '../../lib/funnel/money.ts';

test('a currency has the digits that ISO 4217 gives it', () => {
  expect(['EUR', 'USD', 'JPY', 'KRW', 'KWD'].map(minorDigits)).toEqual([2, 2, 0, 0, 3]);
  expect(minorDigits('no code')).toBe(2);
});

test('units and minor units are one amount', () => {
  expect(inMinor(12.5, 'EUR')).toBe(1250);
  expect(inMinor(1.005, 'EUR')).toBe(100);
  expect(inMinor(12_500, 'JPY')).toBe(12_500);
  expect(inMinor(12.5, 'KWD')).toBe(12_500);
  for (const currency of ['EUR', 'JPY', 'KWD']) expect(inUnits(inMinor(1234, currency), currency)).toBe(1234);
});

test('files have as many digits as the currency', () => {
  expect([written(125_050, 'EUR'), written(12_500, 'JPY'), written(12_500, 'KWD')]).toEqual(['1250.50', '12500', '12.500']);
});

test('slices are whole, as large as their part but for less than one, and make up the amount', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e12 }), fc.array(fc.nat(400), { minLength: 1, maxLength: 30 }), (amount, weights) => {
      const of = weights.reduce((a, b) => a + b, 0);
      fc.pre(of > 0);
      let from = 0;
      let sum = 0;
      for (const weight of weights) {
        const part = slice(amount, from, from + weight, of);
        expect(Number.isInteger(part)).toBe(true);
        expect(Math.abs(part - (amount * weight) / of)).toBeLessThanOrEqual(1);
        from += weight;
        sum += part;
      }
      expect(sum).toBe(amount);
    }),
  );
  expect([0, 1, 2].map((place) => slice(100, place, place + 1, 3))).toEqual([33, 34, 33]);
});
