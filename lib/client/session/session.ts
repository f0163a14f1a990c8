import * as oauth from 'oauth4webapi';
import { apiScope, clientId } from '../../contract/identity.ts';
import { isLoopback } from '../../contract/loopback.ts';
import { item } from '../area.ts';
import { serverClock } from './clock.ts';
import { type Kept, unwrapToken, wrapKey, wrapToken } from './kept.ts';
import { probe } from './probe.ts';
import { words } from './words.ts';
import { type Session, type SessionStatus, SessionTrouble, type SessionWorld } from './world.ts';

/** In `storage.session`. `until` is ms by the server's clock. */
interface InMemory {
  id: string;
  token: string;
  until: number;
}

/** A kept session that can still ask for tokens. */
type Live = Kept & Required<Pick<Kept, 'proof' | 'wrap' | 'refresh'>>;
const isLive = (kept: Kept | undefined): kept is Live => kept?.proof !== undefined && kept.wrap !== undefined && kept.refresh !== undefined;

/** A token is renewed this long before its end, so that it does not end on its way. */
const margin = 30_000;
const patience = 20_000;

export function createSession(world: SessionWorld): Session {
  const now = world.now ?? Date.now;
  // Browsers refuse `fetch` as a method of something else.
  const { fetch: get } = world;
  const clock = serverClock(now);
  const access = item<InMemory>(world.memory, 'session.access');
  const skew = item<number>(world.memory, 'session.skew');
  const listeners = new Set<(status: SessionStatus) => void>();
  const say = () => words(world.language?.() ?? 'en');

  let loaded: Promise<Kept | undefined> | undefined;
  const load = () => {
    loaded ??= (async () => {
      clock.skew = (await skew.get()) ?? clock.skew;
      return world.kept.read();
    })().catch((error) => {
      loaded = undefined;
      throw error;
    });
    return loaded;
  };

  async function keep(kept: Kept): Promise<void> {
    await world.kept.write(kept);
    loaded = Promise.resolve(kept);
    tell(statusOf(kept));
  }

  function tell(status: SessionStatus) {
    for (const listener of listeners) listener(status);
  }

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

  /** Endpoints don't move: they are asked for once in a worker's life. */
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

  const unreachable = (backend: string, cause: unknown) =>
    new SessionTrouble('unreachable', say().unreachable(new URL(backend).host), cause);
  const signedOut = (kept: Kept | undefined) => {
    if (!kept) return new SessionTrouble('not-connected', say().notConnected);
    return new SessionTrouble('signed-out', kept.why === 'ended' ? say().ended : say().signedOut);
  };

  async function close(kept: Kept, why: 'asked' | 'ended'): Promise<Kept> {
    const { proof: _proof, wrap: _wrap, refresh: _refresh, ...rest } = kept;
    const closed: Kept = { ...rest, why };
    await access.remove();
    await keep(closed);
    return closed;
  }

  const exclusive = <T>(work: () => Promise<T>): Promise<T> =>
    world.locks ? (world.locks.request('baton-session', work) as Promise<T>) : work();

  async function valid(kept: Live): Promise<string | undefined> {
    const held = await access.get();
    return held?.id === kept.id && held.until - margin > clock.now() ? held.token : undefined;
  }

  const refresh = (refused?: string): Promise<string> =>
    exclusive(async () => {
      const kept = await load();
      if (!isLive(kept)) throw signedOut(kept);
      const held = await valid(kept);
      if (held && held !== refused) return held;

      const proof = proofOf(kept.proof);
      let answer: oauth.TokenEndpointResponse;
      try {
        const as = await serverOf(kept.backend);
        const token = await unwrapToken(kept.wrap, kept.id, kept.refresh);
        answer = await proven(
          () =>
            oauth.refreshTokenGrantRequest(as, client(), oauth.None(), token, {
              ...http(kept.backend),
              DPoP: proof,
              // Without `openid` no id token comes along, which nobody would read.
              additionalParameters: { scope: apiScope },
            }),
          (response) => oauth.processRefreshTokenResponse(as, client(), response),
        );
      } catch (error) {
        // Everything but this one answer may be trouble on the way, and must not cost the sign-in.
        if (error instanceof oauth.ResponseBodyError && error.error === 'invalid_grant') throw signedOut(await close(kept, 'ended'));
        throw unreachable(kept.backend, error);
      }
      return hold(kept.id, answer);
    });

  async function hold(id: string, answer: oauth.TokenEndpointResponse): Promise<string> {
    await access.set({ id, token: answer.access_token, until: clock.now() + (answer.expires_in ?? 60) * 1000 });
    return answer.access_token;
  }

  let refreshing: Promise<string> | undefined;
  /** However many ask at once, one request goes out. `refused` is a token that the backend did not take. */
  function renewed(refused?: string): Promise<string> {
    refreshing ??= refresh(refused).finally(() => {
      refreshing = undefined;
    });
    return refreshing;
  }

  async function live(): Promise<Live> {
    const kept = await load();
    if (!isLive(kept)) throw signedOut(kept);
    return kept;
  }

  async function token(): Promise<string> {
    return (await valid(await live())) ?? renewed();
  }

  async function authorizedFetch(input: string | URL, init: RequestInit = {}): Promise<Response> {
    const kept = await live();
    const url = new URL(input, kept.backend);
    if (url.origin !== kept.backend) throw new TypeError(`${url.origin} is not the backend that is signed in to`);
    const { body = null, headers, method = 'GET', signal, ...rest } = init;

    /** The answer, and what its challenge says when there is one. */
    const send = async (bearer: string): Promise<{ response: Response; error?: string }> => {
      try {
        const response = await oauth.protectedResourceRequest(bearer, method, url, new Headers(headers), body as never, {
          [oauth.customFetch]: (to: string, made: object) => timed(to, { ...rest, ...made, credentials: 'omit' }),
          [oauth.allowInsecureRequests]: isLoopback(url.hostname),
          DPoP: proofOf(kept.proof),
          ...(signal ? { signal } : {}),
        });
        return { response };
      } catch (error) {
        if (!(error instanceof oauth.WWWAuthenticateChallengeError)) throw error;
        return { response: error.response, error: error.cause.find((challenge) => challenge.parameters.error)?.parameters.error };
      }
    };

    const first = await token();
    const { response, error } = await send(first);
    if (error === 'use_dpop_nonce' || error === 'invalid_dpop_proof') return (await send(first)).response;
    if (response.status === 401) return (await send(await renewed(first))).response;
    return response;
  }

  async function revoke(kept: Live): Promise<void> {
    try {
      const as = await serverOf(kept.backend);
      const token = await unwrapToken(kept.wrap, kept.id, kept.refresh);
      await oauth.processRevocationResponse(await oauth.revocationRequest(as, client(), oauth.None(), token, http(kept.backend)));
    } catch {
      // The key goes in any case, and without it the token is worth nothing.
    }
  }

  async function signIn(address: string): Promise<SessionStatus & { state: 'signed-in' }> {
    await load();
    const found = await probe(timed, address, say());
    if (!found.ok) throw new SessionTrouble('probe', found.sentence);
    const { backend } = found;
    known.delete(backend);

    const keys = await oauth.generateKeyPair('ES256', { extractable: false });
    const proof = proofOf(keys);
    const verifier = oauth.generateRandomCodeVerifier();
    const state = oauth.generateRandomState();
    const nonce = oauth.generateRandomNonce();
    const as = await serverOf(backend).catch((error) => {
      throw unreachable(backend, error);
    });

    const url = new URL(as.authorization_endpoint!);
    const ask = {
      client_id: clientId,
      redirect_uri: world.redirectUrl,
      response_type: 'code',
      scope: `openid ${apiScope}`,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      dpop_jkt: await proof.calculateThumbprint(),
      state,
      nonce,
      ui_locales: world.language?.() ?? 'en',
    };
    for (const [name, value] of Object.entries(ask)) url.searchParams.set(name, value);

    let back: string | undefined;
    try {
      back = await world.launchWebAuthFlow({ url: url.href, interactive: true });
    } catch (error) {
      // Browsers tell the two apart in words alone.
      if (/could not be loaded/i.test(String(error))) throw unreachable(backend, error);
      throw new SessionTrouble('cancelled', say().cancelled, error);
    }
    if (!back) throw new SessionTrouble('cancelled', say().cancelled);

    let answer: oauth.TokenEndpointResponse;
    try {
      const code = oauth.validateAuthResponse(as, client(), new URL(back), state);
      answer = await proven(
        () =>
          oauth.authorizationCodeGrantRequest(as, client(), oauth.None(), code, world.redirectUrl, verifier, {
            ...http(backend),
            DPoP: proof,
          }),
        (response) => oauth.processAuthorizationCodeResponse(as, client(), response, { expectedNonce: nonce, requireIdToken: true }),
      );
    } catch (error) {
      if (error instanceof oauth.AuthorizationResponseError || error instanceof oauth.ResponseBodyError)
        throw new SessionTrouble('refused', say().refused(error.error_description ?? error.error), error);
      if (error instanceof oauth.OperationProcessingError) throw new SessionTrouble('refused', say().refused(error.message), error);
      throw unreachable(backend, error);
    }
    const user = oauth.getValidatedIdTokenClaims(answer)?.sub;
    if (!user || !answer.refresh_token || answer.token_type !== 'dpop')
      throw new SessionTrouble('refused', say().refused('it gave no bound tokens'));

    const id = crypto.randomUUID();
    const wrap = await wrapKey();
    const refresh = await wrapToken(wrap, id, answer.refresh_token);
    const since = new Date(clock.now()).toISOString();
    return exclusive(async () => {
      const before = await load();
      await hold(id, answer);
      await keep({ id, backend, user, since, proof: keys, wrap, refresh });
      if (isLive(before)) await revoke(before);
      return { state: 'signed-in', backend, user, since };
    });
  }

  const signOut = (): Promise<void> =>
    exclusive(async () => {
      const kept = await load();
      if (!isLive(kept)) return;
      await close(kept, 'asked');
      await revoke(kept);
    });

  return {
    status: async () => statusOf(await load()),
    probe: async (backend) => {
      await load();
      return probe(timed, backend, say());
    },
    signIn,
    signOut,
    forget: async () => {
      await signOut();
      await world.kept.clear();
      loaded = undefined;
      tell({ state: 'not-connected' });
    },
    token,
    authorizedFetch,
    serverNow: () => clock.now(),
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function statusOf(kept: Kept | undefined): SessionStatus {
  if (!kept) return { state: 'not-connected' };
  const { backend, user, since } = kept;
  return isLive(kept) ? { state: 'signed-in', backend, user, since } : { state: 'signed-out', backend, user, why: kept.why ?? 'ended' };
}
