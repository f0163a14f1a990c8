import { addressOf, type SignIn } from '../source.ts';
import { askToken } from './api.ts';

/** The authorization-code flow. Mautic knows no PKCE: the secret key is what proves who asks. */
export const signIn: SignIn = {
  authorize: (credentials, { redirect, state }) =>
    `${addressOf({ credentials }).href.replace(/\/$/, '')}/oauth/v2/authorize?${new URLSearchParams({
      client_id: credentials.clientId ?? '',
      grant_type: 'authorization_code',
      response_type: 'code',
      redirect_uri: redirect,
      state,
    })}`,
  exchange: (link, { code, redirect }) => askToken(link, { grant_type: 'authorization_code', code, redirect_uri: redirect }),
};
