import * as oauth from 'oauth4webapi';
import { clientId } from '../../contract/identity.ts';
import { isLoopback } from '../../contract/loopback.ts';
import { item } from '../area.ts';
import { serverClock } from './clock.ts';
import type { SessionWorld } from './world.ts';

/** How the extension speaks with an issuer: its time, its proofs, its endpoints. */
export type Talk = ReturnType<typeof talk>;

const patience = 20_000;

export function talk(world: SessionWorld) {
  const now = world.now ?? Date.now;
  // Browsers refuse `fetch` as a method of something else.
  const { fetch: get } = world;
  const clock = serverClock(now);
  const skew = item<number>(world.memory, 'session.skew');

  /** Every answer of the backend also tells its time. */
  const timed: typeof fetch = async (input, init) => {
    const sentAt = now();
    const response = await get(input, init);
    if (clock.learn(response.headers.get('date'), sentAt, now())) await skew.set(clock.skew);
    return response;
  };

  const http = (backend: string) => ({
    [oauth.customFetch]: (url: string, init: object) => timed(url, { ...init, cache: 'no-store', credentials: 'omit' }),
    [oauth.allowInsecureRequests]: isLoopback(new URL(backend).hostname),
    signal: () => AbortSignal.timeout(patience),
  });

  const client = (): oauth.Client => ({
    client_id: clientId,
    [oauth.clockSkew]: Math.round((clock.now() - Date.now()) / 1000),
    [oauth.clockTolerance]: 60,
  });

  // One handle for a pair of keys, because it remembers the nonces that a server may ask for.
  const handles = new WeakMap<CryptoKey, oauth.DPoPHandle>();
  function proofOf(keys: CryptoKeyPair): oauth.DPoPHandle {
    let handle = handles.get(keys.privateKey);
    if (!handle) {
      handle = oauth.DPoP({}, keys, {
        [oauth.modifyAssertion]: (_header, payload) => {
          payload.iat = Math.floor(clock.now() / 1000);
        },
      });
      handles.set(keys.privateKey, handle);
    }
    return handle;
  }

  /** Sends a token request, once more when only its proof was at fault: by now nonce and server's time are known. */
  async function proven<T>(request: () => Promise<Response>, process: (response: Response) => Promise<T>): Promise<T> {
    try {
      return await process(await request());
    } catch (error) {
      const proofAtFault =
        oauth.isDPoPNonceError(error) || (error instanceof oauth.ResponseBodyError && error.error === 'invalid_dpop_proof');
      if (!proofAtFault) throw error;
      return process(await request());
    }
  }

  async function discover(backend: string): Promise<oauth.AuthorizationServer> {
    const issuer = new URL(backend);
    const as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, http(backend)));
    for (const endpoint of [as.authorization_endpoint, as.token_endpoint, as.revocation_endpoint]) {
      if (!endpoint || new URL(endpoint).origin !== issuer.origin) throw new Error('the backend names an endpoint that is not its own');
    }
    return as;
  }

  // Endpoints don't move: they are asked for once in a worker's life.
  const known = new Map<string, Promise<oauth.AuthorizationServer>>();
  function serverOf(backend: string): Promise<oauth.AuthorizationServer> {
    let as = known.get(backend);
    if (!as) {
      as = discover(backend).catch((error) => {
        known.delete(backend);
        throw error;
      });
      known.set(backend, as);
    }
    return as;
  }

  return {
    clock,
    timed,
    http,
    client,
    proofOf,
    proven,
    serverOf,
    /** Takes the server's time from where the last worker left it. */
    restore: async () => {
      clock.skew = (await skew.get()) ?? clock.skew;
    },
  };
}
