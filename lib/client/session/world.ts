import type { Area } from '../area.ts';
import type { KeptStore } from './kept.ts';
import type { Language } from './words.ts';

/** All that a session needs from outside, so that it runs without a browser too. */
export interface SessionWorld {
  fetch: typeof fetch;
  /** `identity.launchWebAuthFlow`: resolves with the address it was sent back to, rejects when the user closes it. */
  launchWebAuthFlow(details: { url: string; interactive: true }): Promise<string | undefined>;
  /** `identity.getRedirectURL()`. */
  redirectUrl: string;
  /** On disk: keys that cannot be exported and the wrapped refresh token (`idbKept()`). */
  kept: KeptStore;
  /** `storage.session`: in memory, trusted contexts only. Holds the access token. */
  memory: Area;
  /** `navigator.locks` where there is one. */
  locks?: Pick<LockManager, 'request'>;
  /** Device clock, ms since epoch. */
  now?: () => number;
  language?: () => Language;
}

export type SessionStatus =
  /** No backend was ever connected, or it was forgotten. */
  | { state: 'not-connected' }
  /** The backend and user are remembered, so that what waits to be sent goes out for the same user only. */
  | { state: 'signed-out'; backend: string; user: string; why: 'asked' | 'ended' }
  | { state: 'signed-in'; backend: string; user: string; since: string };

export type Probe =
  | {
      ok: true;
      /** The address to connect to: the backend's own, without a path. */
      backend: string;
      name: string;
      version: string;
      api: number;
    }
  | {
      ok: false;
      reason: 'not-an-address' | 'https-required' | 'no-answer' | 'not-a-baton' | 'backend-too-old' | 'backend-too-new';
      /** In the user's language, to show as it is. */
      sentence: string;
    };

/** One session of one user with one backend. Only one may exist in an extension: the background's. */
export interface Session {
  status(): Promise<SessionStatus>;
  probe(backend: string): Promise<Probe>;
  /** Opens the backend's sign-in window. Throws `SessionTrouble`; what was signed in before stays then. */
  signIn(backend: string): Promise<SessionStatus & { state: 'signed-in' }>;
  /** Ends the grant at the backend if it answers; the key is destroyed in any case, which makes the token useless. */
  signOut(): Promise<void>;
  /** Signs out and forgets the backend. */
  forget(): Promise<void>;
  /** A valid access token, refreshed when needed. Useless without the key: use `authorizedFetch`. */
  token(): Promise<string>;
  /**
   * `fetch` with access token and proof of possession, for the session's backend only. `input` is an address or a path
   * (`/v1/me`). `init.body` may be sent twice: no streams. Retries once when the token had expired. Answers every status;
   * rejects with `SessionTrouble` when there is no token to be had, and as `fetch` does when the network fails.
   * `as` is a user's id: for anybody else nothing is sent, and it rejects as when signed out.
   */
  authorizedFetch(input: string | URL, init?: RequestInit, as?: string): Promise<Response>;
  /** ms since epoch by the server's clock: the device's, corrected by the last answers. Call after `status()`. */
  serverNow(): number;
  /** Calls back when `status()` changes; returns how to stop it. */
  onChange(listener: (status: SessionStatus) => void): () => void;
}

/**
 * `signed-out`: the user must sign in. `unreachable`: the backend can't be reached or is in trouble, try later: nothing
 * was lost. `cancelled`: the user closed the window. `refused`: the backend refused, in its words. `probe`: see `probe`.
 */
export type TroubleKind = 'not-connected' | 'signed-out' | 'unreachable' | 'cancelled' | 'refused' | 'probe';

/** `message` is a sentence to show. */
export class SessionTrouble extends Error {
  readonly kind: TroubleKind;
  constructor(kind: TroubleKind, sentence: string, cause?: unknown) {
    super(sentence, { cause });
    this.name = 'SessionTrouble';
    this.kind = kind;
  }
}
