/** Digits of a currency's minor unit (ISO 4217): 2 for EUR, none for JPY, 3 for KWD. 2 for what is no code. */
export function minorDigits(currency: string): number {
  let known = digits.get(currency);
  if (known === undefined) {
    try {
      known = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
    } catch {
      known = 2;
    }
    digits.set(currency, known);
  }
  return known;
}
const digits = new Map<string, number>();

/** Minor units (cents) of an amount in units; whole. */
export const inMinor = (units: number, currency: string): number => Math.round(units * 10 ** minorDigits(currency));

/** Units (euros) of an amount in minor units. */
export const inUnits = (minor: number, currency: string): number => minor / 10 ** minorDigits(currency);

/** As files have it: `1250.50`, `12000` of a currency without a minor unit. */
export const written = (minor: number, currency: string): string => inUnits(minor, currency).toFixed(minorDigits(currency));
