import { addressOf, type SignIn } from '../source.ts';
import { askToken } from './api.ts';

/** The web-server flow. A refresh token comes with it, which may be a new one at every use. */
export const signIn: SignIn = {
  authorize: (credentials, { redirect, state, challenge }) =>
    `${addressOf({ credentials }).origin}/services/oauth2/authorize?${new URLSearchParams({
      response_type: 'code',
      client_id: credentials.clientId ?? '',
      redirect_uri: redirect,
      scope: 'api refresh_token',
      state,
      code_challenge: challenge,
      code_challenge_method: 'S256',
    })}`,
  exchange: (link, { code, redirect, verifier }) =>
    askToken(link, { grant_type: 'authorization_code', code, redirect_uri: redirect, code_verifier: verifier }),
};
