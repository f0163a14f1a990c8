import type { Counter } from 'prom-client';
import type { Outgoing } from './request.ts';

/** What came of a call, coarse enough for a graph. */
export const answerOf = (status: number | undefined): string =>
  status === undefined ? 'none' : status === 429 ? '429' : `${Math.floor(status / 100)}xx`;

/** Counts calls by their answer; `none`: there was no answer. The counter's last label is `answer`. */
export function counted(call: Outgoing, counter: Counter, labels: Readonly<Record<string, string>> = {}): Outgoing {
  return async (url, about) => {
    let status: number | undefined;
    try {
      const answer = await call(url, about);
      status = answer.status;
      return answer;
    } finally {
      counter.inc({ ...labels, answer: answerOf(status) });
    }
  };
}
