import type { Clock } from '../../server/sources/source.ts';

/** Time that passes only when somebody sleeps. */
export class SimulatedClock implements Clock {
  at: number;
  slept = 0;
  constructor(start = Date.parse('2026-11-22T09:00:00Z')) {
    this.at = start;
  }
  now = (): number => this.at;
  #again = new Set<{ ms: number; next: number; act: () => Promise<void> }>();
  every = (ms: number, act: () => Promise<void>): (() => void) => {
    const one = { ms, next: this.at + ms, act };
    this.#again.add(one);
    return () => this.#again.delete(one);
  };
  sleep = async (ms: number, signal: AbortSignal): Promise<void> => {
    signal.throwIfAborted();
    this.slept += ms;
    await this.pass(ms);
  };
  /** Time goes by, and what is to be done again and again meanwhile is done. */
  async pass(ms: number): Promise<void> {
    const end = this.at + ms;
    for (;;) {
      const due = [...this.#again].filter(({ next }) => next <= end).sort((a, b) => a.next - b.next)[0];
      if (!due) break;
      this.at = Math.max(this.at, due.next);
      due.next += due.ms;
      await due.act();
    }
    this.at = Math.max(this.at, end);
  }
}
