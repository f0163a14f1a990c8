import type { Card } from '../../contract/card.ts';

/**
 * Cards that are in the lead set and not on this device are asked for by tag, many at once: whatever is wanted within a
 * short while goes in one request.
 */
export interface Asking {
  /** Whether the backend has been asked and not answered yet, answered without a card, or could not be asked. */
  state(tag: string): 'unasked' | 'waiting' | 'absent' | 'failed';
  want(tags: readonly string[]): void;
  /** Forgets what failed, with `absent` also what the backend did not know, so that it is asked for again. Tells whether there was any. */
  again(absent: boolean): boolean;
  /** Resolves when nothing is under way. */
  settled(): Promise<void>;
}

export interface AskingWorld {
  /** At most 200 tags; unknown ones are absent from the answer. */
  fetch(tags: string[]): Promise<{ tag: string; card: Card }[]>;
  /** Stores the cards. */
  arrived(cards: Card[], tags: string[]): Promise<void>;
  /** How these tags stand has changed: paint again. */
  changed(tags: string[]): void;
  /** Random in [0, 1): spreads requests of many devices. */
  random(): number;
  wait(ms: number): Promise<void>;
}

export const batchLimit = 200;

export function asking({ fetch, arrived, changed, random, wait }: AskingWorld): Asking {
  const wanted = new Set<string>();
  const asked = new Set<string>();
  const absent = new Set<string>();
  const failed = new Set<string>();
  let running: Promise<void> | undefined;

  async function run(): Promise<void> {
    await wait(50 + random() * 100);
    while (wanted.size) {
      const tags = [...wanted].slice(0, batchLimit);
      for (const tag of tags) {
        wanted.delete(tag);
        asked.add(tag);
      }
      let found: { tag: string; card: Card }[] = [];
      try {
        found = await fetch(tags);
        const known = new Set(found.map((item) => item.tag));
        for (const tag of tags) if (!known.has(tag)) absent.add(tag);
        await arrived([...new Map(found.map(({ card }) => [card.id, card])).values()], tags);
      } catch {
        for (const tag of tags) failed.add(tag);
      }
      for (const tag of tags) asked.delete(tag);
      changed(tags);
    }
  }
  function start(): void {
    running ??= run().finally(() => {
      running = undefined;
      if (wanted.size) start();
    });
  }

  return {
    state: (tag) => {
      if (wanted.has(tag) || asked.has(tag)) return 'waiting';
      if (absent.has(tag)) return 'absent';
      return failed.has(tag) ? 'failed' : 'unasked';
    },
    want(tags) {
      for (const tag of tags) {
        if (!asked.has(tag) && !absent.has(tag)) wanted.add(tag);
        failed.delete(tag);
      }
      if (wanted.size) start();
    },
    again(alsoAbsent) {
      const any = failed.size > 0 || (alsoAbsent && absent.size > 0);
      failed.clear();
      if (alsoAbsent) absent.clear();
      return any;
    },
    settled: () => running ?? Promise.resolve(),
  };
}
