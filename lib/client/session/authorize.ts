import * as oauth from 'oauth4webapi';
import { apiScope, clientId } from '../../contract/identity.ts';
import type { Talk } from './talk.ts';
import type { Words } from './words.ts';
import { SessionTrouble, type SessionWorld } from './world.ts';

/** What one passage through the sign-in window brought. */
export interface Authorized {
  user: string;
  keys: CryptoKeyPair;
  refreshToken: string;
  answer: oauth.TokenEndpointResponse;
}

/** Authorization code with PKCE, bound from the start to a key made for it. Throws `SessionTrouble`. */
export async function authorize(
  world: SessionWorld,
  { client, http, proofOf, proven, serverOf }: Talk,
  backend: string,
  say: Words,
): Promise<Authorized> {
  const unreachable = (cause: unknown) => new SessionTrouble('unreachable', say.unreachable(new URL(backend).host), cause);
  const refused = (why: string, cause?: unknown) => new SessionTrouble('refused', say.refused(why), cause);

  const as = await serverOf(backend).catch((error) => {
    throw unreachable(error);
  });
  const keys = await oauth.generateKeyPair('ES256', { extractable: false });
  const proof = proofOf(keys);
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const nonce = oauth.generateRandomNonce();

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
    if (/could not be loaded/i.test(String(error))) throw unreachable(error);
    throw new SessionTrouble('cancelled', say.cancelled, error);
  }
  if (!back) throw new SessionTrouble('cancelled', say.cancelled);

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
      throw refused(error.error_description ?? error.error, error);
    if (error instanceof oauth.OperationProcessingError) throw refused(error.message, error);
    throw unreachable(error);
  }
  const user = oauth.getValidatedIdTokenClaims(answer)?.sub;
  if (!user || !answer.refresh_token || answer.token_type !== 'dpop') throw refused('it gave no bound tokens');
  return { user, keys, refreshToken: answer.refresh_token, answer };
}
