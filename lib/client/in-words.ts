import { BridgeError } from '../bridge/ask.ts';
import { SessionTrouble } from './session/world.ts';
import { Offline, Refused, SignedOut } from './trouble.ts';
import type { Words } from './words.ts';

/** Gives what a call to the backend gives; its troubles come as a `BridgeError` with a sentence for whoever waits. */
export type InWords = <T>(call: Promise<T>) => Promise<T>;

export const inWords =
  (words: () => Promise<Words>): InWords =>
  async (call) => {
    try {
      return await call;
    } catch (error) {
      const say = await words();
      if (error instanceof Offline) throw new BridgeError('offline', say.offline);
      if (error instanceof SignedOut) throw new BridgeError('signed-out', say.notSignedIn);
      if (error instanceof SessionTrouble) throw new BridgeError(error.kind, error.message);
      if (error instanceof Refused) {
        if (error.status === 404 || error.status === 410) throw new BridgeError('gone', say.gone);
        if (error.code === 'unreadable') throw new BridgeError('unreadable', say.unreadable);
        if (error.status >= 500 || error.status === 429) throw new BridgeError('trouble', say.serverTrouble);
        throw new BridgeError(error.code || 'refused', error.problem.detail ?? error.problem.title);
      }
      throw error;
    }
  };
