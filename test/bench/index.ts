import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** One figure of a run. `goal` is empty where a figure only explains another one; such a figure always holds. */
export interface Figure {
  name: string;
  value: number;
  unit: string;
  goal: string;
  holds: boolean;
}

/** A file `*.bench.ts` exports `figures`: it measures, as ratios within one run wherever it can, and answers. */
export interface Bench {
  file: string;
  figures(): Promise<Figure[]>;
}

/** Every bench there is, or those whose file names contain one of the words. */
export async function benches(words: readonly string[] = []): Promise<Bench[]> {
  const files = readdirSync(import.meta.dirname)
    .filter((file) => file.endsWith('.bench.ts') && (words.length === 0 || words.some((word) => file.includes(word))))
    .sort();
  return Promise.all(
    files.map(async (file) => {
      const { figures } = (await import(join(import.meta.dirname, file))) as { figures?: Bench['figures'] };
      if (!figures) throw new Error(`test/bench/${file} exports no figures()`);
      return { file, figures: () => figures() };
    }),
  );
}
