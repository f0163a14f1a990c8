import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync(new URL('../../components/style/tokens.css', import.meta.url), 'utf8').split('@media')[0]!;
const tokens = new Map<string, [string, string]>();
for (const [, name, light, dark] of css.matchAll(/--([\w-]+):\s*light-dark\((#\w{6}), (#\w{6})\)/g)) tokens.set(name!, [light!, dark!]);

const channel = (hex: string, at: number) => {
  const c = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
};
const luminance = (hex: string) => 0.2126 * channel(hex, 1) + 0.7152 * channel(hex, 3) + 0.0722 * channel(hex, 5);
function contrast(over: string, under: string, theme: 0 | 1): number {
  const [a, b] = [tokens.get(over)?.[theme], tokens.get(under)?.[theme]];
  if (!a || !b) throw new Error(`No token ${a ? under : over}`);
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

const text: Record<string, string> = {
  ink: 'canvas surface raised sunken hover press accent-soft at-risk-soft breached-soft',
  'ink-2': 'canvas surface raised sunken hover press accent-soft at-risk-soft breached-soft',
  'ink-3': 'canvas surface raised sunken hover accent-soft',
  'ink-inverse': 'inverse',
  'accent-ink': 'canvas surface raised sunken hover accent-soft',
  'on-accent': 'accent accent-hover',
  top: 'surface top-soft',
  middle: 'surface middle-soft',
  bottom: 'surface bottom-soft',
  aside: 'surface aside-soft',
  'on-track': 'surface canvas hover',
  'at-risk': 'surface canvas hover sunken at-risk-soft',
  breached: 'surface canvas hover sunken breached-soft',
  paused: 'surface canvas hover',
  strong: 'surface hover strong-soft',
  fair: 'surface hover fair-soft',
  poor: 'surface hover poor-soft',
};
const marks: Record<string, string> = {
  'line-3': 'surface canvas raised',
  'accent-line': 'surface accent-soft',
  focus: 'surface canvas hover',
  'plot-axis': 'surface',
  ...Object.fromEntries(
    ['subscriber', 'lead', 'mql', 'sal', 'sql', 'opportunity', 'customer', 'recycled', 'disqualified'].map((s) => [
      `stage-${s}`,
      'surface',
    ]),
  ),
  ...Object.fromEntries([1, 2, 3, 4, 5, 6, 7, 8].map((n) => [`plot-${n}`, 'surface'])),
};
const pairs = (table: Record<string, string>) =>
  Object.entries(table).flatMap(([over, unders]) => unders.split(' ').map((under) => [over, under] as const));

describe.each([
  ['light', 0],
  ['dark', 1],
] as const)('in %s', (_, theme) => {
  it.each(pairs(text))('%s can be read on %s', (over, under) => expect(contrast(over, under, theme)).toBeGreaterThanOrEqual(4.5));
  it.each(pairs(marks))('%s can be seen on %s', (over, under) => expect(contrast(over, under, theme)).toBeGreaterThanOrEqual(3));
});
