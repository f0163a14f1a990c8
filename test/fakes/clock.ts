import type { Clock } from '../../server/sources/source.ts';

/** Time that passes only when somebody sleeps. */
export class SimulatedClock implements Clock {
  at: number;
  slept = 0;
  constructor(start = Date.parse('2026-11-22T09:00:00Z')) {
    this.at = start;
  }
  now = (): number => this.at;
  sleep = async (ms: number, signal: AbortSignal): Promise<void> => {
    signal.throwIfAborted();
    this.at += ms;
    this.slept += ms;
  };
}
