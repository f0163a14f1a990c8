import * as oauth from 'oauth4webapi';
import { apiScope } from '../../contract/identity.ts';
import { isLoopback } from '../../contract/loopback.ts';
import { item } from '../area.ts';
import { authorize } from './authorize.ts';
import { type Kept, unwrapToken, wrapKey, wrapToken } from './kept.ts';
import { probe } from './probe.ts';
import { talk } from './talk.ts';
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

export function createSession(world: SessionWorld): Session {
  const issuer = talk(world);
  const { clock, timed, http, client, proofOf, proven, serverOf } = issuer;
  const access = item<InMemory>(world.memory, 'session.access');
  const listeners = new Set<(status: SessionStatus) => void>();
  const say = () => words(world.language?.() ?? 'en');

  let loaded: Promise<Kept | undefined> | undefined;
  const load = (): Promise<Kept | undefined> => {
    loaded ??= issuer
      .restore()
      .then(() => world.kept.read())
      .catch((error) => {
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

  function tell(status: SessionStatus): void {
    for (const listener of listeners) listener(status);
  }

  const signedOut = (kept: Kept | undefined): SessionTrouble => {
    if (!kept) return new SessionTrouble('not-connected', say().notConnected);
    return new SessionTrouble('signed-out', kept.why === 'ended' ? say().ended : say().signedOut);
  };

  async function live(): Promise<Live> {
    const kept = await load();
    if (!isLive(kept)) throw signedOut(kept);
    return kept;
  }

  const exclusive = <T>(work: () => Promise<T>): Promise<T> =>
    world.locks ? (world.locks.request('baton-session', work) as Promise<T>) : work();

  async function close(kept: Kept, why: 'asked' | 'ended'): Promise<Kept> {
    const { proof: _proof, wrap: _wrap, refresh: _refresh, ...rest } = kept;
    const closed: Kept = { ...rest, why };
    await access.remove();
    await keep(closed);
    return closed;
  }

  async function hold(id: string, answer: oauth.TokenEndpointResponse): Promise<string> {
    await access.set({ id, token: answer.access_token, until: clock.now() + (answer.expires_in ?? 60) * 1000 });
    return answer.access_token;
  }

  async function held(kept: Live): Promise<string | undefined> {
    const found = await access.get();
    return found?.id === kept.id && found.until - margin > clock.now() ? found.token : undefined;
  }

  const refresh = (refused?: string): Promise<string> =>
    exclusive(async () => {
      const kept = await live();
      // Another context may have been here first.
      const token = await held(kept);
      if (token && token !== refused) return token;

      let answer: oauth.TokenEndpointResponse;
      try {
        const as = await serverOf(kept.backend);
        const refreshToken = await unwrapToken(kept.wrap, kept.id, kept.refresh);
        answer = await proven(
          () =>
            oauth.refreshTokenGrantRequest(as, client(), oauth.None(), refreshToken, {
              ...http(kept.backend),
              DPoP: proofOf(kept.proof),
              // Without `openid` no id token comes along, which nobody would read.
              additionalParameters: { scope: apiScope },
            }),
          (response) => oauth.processRefreshTokenResponse(as, client(), response),
        );
      } catch (error) {
        // Everything but this one answer may be trouble on the way, and must not cost the sign-in.
        if (error instanceof oauth.ResponseBodyError && error.error === 'invalid_grant') throw signedOut(await close(kept, 'ended'));
        throw new SessionTrouble('unreachable', say().unreachable(new URL(kept.backend).host), error);
      }
      return hold(kept.id, answer);
    });

  let refreshing: Promise<string> | undefined;
  /** However many ask at once, one request goes out. `refused` is a token that the backend did not take. */
  function renewed(refused?: string): Promise<string> {
    refreshing ??= refresh(refused).finally(() => {
      refreshing = undefined;
    });
    return refreshing;
  }

  const token = async (): Promise<string> => (await held(await live())) ?? renewed();

  async function authorizedFetch(input: string | URL, init: RequestInit = {}, as?: string): Promise<Response> {
    const kept = await live();
    // From here on everything is bound to this sign-in's key, whoever signs in meanwhile.
    if (as !== undefined && kept.user !== as) throw signedOut({ ...kept, why: 'asked' });
    const url = new URL(input, kept.backend);
    if (url.origin !== kept.backend) throw new TypeError(`${url.origin} is not the backend that is signed in to`);
    const { body = null, headers, method = 'GET', signal, ...rest } = init;

    /** The answer, and what its challenge says when there is one. */
    const send = async (bearer: string): Promise<{ response: Response; error?: string | undefined }> => {
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
      const refreshToken = await unwrapToken(kept.wrap, kept.id, kept.refresh);
      await oauth.processRevocationResponse(await oauth.revocationRequest(as, client(), oauth.None(), refreshToken, http(kept.backend)));
    } catch {
      // The key is gone in any case, and without it the token is worth nothing.
    }
  }

  async function signIn(address: string): Promise<SessionStatus & { state: 'signed-in' }> {
    await load();
    const found = await probe(timed, address, say());
    if (!found.ok) throw new SessionTrouble('probe', found.sentence);
    const { backend } = found;
    const { user, keys, refreshToken, answer } = await authorize(world, issuer, backend, say());

    const id = crypto.randomUUID();
    const wrap = await wrapKey();
    const kept: Kept = {
      id,
      backend,
      user,
      since: new Date(clock.now()).toISOString(),
      proof: keys,
      wrap,
      refresh: await wrapToken(wrap, id, refreshToken),
    };
    return exclusive(async () => {
      const before = await load();
      await hold(id, answer);
      await keep(kept);
      if (isLive(before)) await revoke(before);
      return { state: 'signed-in', backend, user, since: kept.since };
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
