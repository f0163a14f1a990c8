/** Chance that repeats: the same seed and name give the same stream on every machine. */
export interface Random {
  /** 0 ≤ x < 1 */
  next(): number;
  /** from ≤ n ≤ to */
  int(from: number, to: number): number;
  between(from: number, to: number): number;
  chance(p: number): boolean;
  pick<T>(from: readonly T[]): T;
  /** By weight; the weights need not sum to anything. */
  weighted<T>(from: readonly (readonly [T, number])[]): T;
  /** A new, shuffled list. */
  shuffle<T>(list: readonly T[]): T[];
  /** Rounded up or down by chance, so that the mean stays what it is. */
  round(x: number): number;
  /** `count` numbers in 0..1, one in each of as many equal parts, shuffled: spread as evenly as a large sample. */
  spread(count: number): number[];
}

export function random(seed: number, stream: string): Random {
  // FNV-1a of the stream's name, then sfc32, whose short state passes the usual tests of randomness.
  let hash = 0x811c9dc5;
  for (const c of stream) hash = Math.imul(hash ^ c.codePointAt(0)!, 0x01000193) >>> 0;
  let a = seed | 0;
  let b = hash | 0;
  let c = 0x9e3779b9 | 0;
  let d = 1;
  const next = (): number => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return (t >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < 12; i++) next();

  const self: Random = {
    next,
    int: (from, to) => from + Math.floor(next() * (to - from + 1)),
    between: (from, to) => from + next() * (to - from),
    chance: (p) => next() < p,
    pick: (from) => from[Math.floor(next() * from.length)]!,
    weighted(from) {
      let rest = next() * from.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [value, weight] of from) {
        rest -= weight;
        if (rest < 0) return value;
      }
      return from.at(-1)![0];
    },
    shuffle(list) {
      const out = [...list];
      for (let i = out.length - 1; i > 0; i--) {
        const j = Math.floor(next() * (i + 1));
        [out[i], out[j]] = [out[j]!, out[i]!];
      }
      return out;
    },
    round: (x) => Math.floor(x) + (next() < x - Math.floor(x) ? 1 : 0),
    spread: (count) => self.shuffle(Array.from({ length: count }, (_, i) => (i + next()) / count)),
  };
  return self;
}
