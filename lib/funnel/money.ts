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

/**
 * What lies between two marks of an amount that is laid out evenly over `of`, in whole minor units. Slices side by side
 * make up what lies between the outer marks, and all of them the amount. Parts of a cent would not do: their sum hangs on
 * the order in which they are added, and where it is exactly a half, so would the cent that is shown. Exact for whole
 * numbers while `amount * of` is below 2 ** 53.
 */
export const slice = (amount: number, from: number, to: number, of: number): number =>
  Math.round((amount * to) / of) - Math.round((amount * from) / of);

/** As files have it: `1250.50`, `12000` of a currency without a minor unit. */
export const written = (minor: number, currency: string): string => inUnits(minor, currency).toFixed(minorDigits(currency));
