import { hash } from 'node:crypto';

/** Remembers proofs for as long as they could be sent again. */
export interface Replays {
  /** `seen`: it was here before. `full`: it can't be remembered, so it can't be taken either. */
  take(key: string, jti: string, now: number): 'new' | 'seen' | 'full';
}

/**
 * Two generations, each as long as a proof is good for: a proof is found in one of them until it has expired, and old
 * ones go without being looked at. `most` for each; about 100 bytes an entry. `span` in ms, like `now`.
 */
export function replays(span: number, most = 200_000): Replays {
  let current = new Set<string>();
  let last = new Set<string>();
  let generation = 0;
  return {
    take(key, jti, now) {
      const turn = Math.floor(now / span);
      if (turn > generation) {
        last = turn === generation + 1 ? current : new Set();
        current = new Set();
        generation = turn;
      }
      const id = hash('sha256', `${key} ${jti}`, 'base64url').slice(0, 24);
      if (current.has(id) || last.has(id)) return 'seen';
      if (current.size >= most) return 'full';
      current.add(id);
      return 'new';
    },
  };
}
