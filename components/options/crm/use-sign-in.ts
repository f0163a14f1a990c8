import { call } from '../../use-api.ts';
import { useWorld } from '../../world.tsx';
import type { Added } from './wire.ts';

/** The user has closed the CRM's window. */
export class SignInClosed extends Error {}

interface Begin {
  source: string;
  way: string;
  credentials: Record<string, string>;
  /** A connected source that is signed in to anew. */
  id?: string;
}

/**
 * Signs in at a CRM in a window of its own, which comes back by itself; ends with the connected source.
 * @throws CallTrouble in the backend's or the CRM's words; SignInClosed
 */
export function useSignIn(): (begin: Begin) => Promise<Added> {
  const { ask, webAuth } = useWorld();
  return async (begin) => {
    const { url } = await call<{ url: string }>(ask, { route: 'startSourceSignIn', body: { ...begin, redirect: webAuth.redirect() } });
    let back: string;
    try {
      back = await webAuth.open(url);
    } catch (cause) {
      throw new SignInClosed('', { cause });
    }
    const { searchParams } = new URL(back);
    const [state, code, error] = ['state', 'code', 'error'].map((name) => searchParams.get(name) ?? undefined);
    return call<Added>(ask, { route: 'finishSourceSignIn', body: { state: state ?? '', ...(code && { code }), ...(error && { error }) } });
  };
}
