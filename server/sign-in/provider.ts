import Provider, { type Configuration, interactionPolicy } from 'oidc-provider';
import { apiScope } from '../../lib/contract/identity.ts';
import { accountById, isOver } from './accounts.ts';
import type { Keys } from './keys.ts';
import type { SignInOptions } from './options.ts';
import { audienceOf, paths } from './paths.ts';
import { type Db, records } from './records.ts';

const day = 24 * 60 * 60;
/** Seconds. A sign-in lasts half a year, ended before by signing out or by the removal of the user. */
const lasts = { access: 10 * 60, grant: 180 * day, code: 60, asking: 30 * 60 };

export interface ProviderOptions extends SignInOptions {
  db: Db;
  keys: Keys;
  /** Writes the page that tells what went wrong. */
  renderError: NonNullable<Configuration['renderError']>;
}

/** The issuer. Several of these settings, left out, would not fail but quietly do something else. */
export function makeProvider({ url, client, db, keys, renderError }: ProviderOptions): Provider {
  const audience = audienceOf(url);
  const policy = interactionPolicy.base();
  // One's own extension needs no consent page; the grant is made below.
  policy.remove('consent');

  const provider = new Provider(url.origin, {
    adapter: records(db),
    jwks: keys.jwks,
    cookies: {
      keys: keys.cookies,
      names: { session: 'baton_session', interaction: 'baton_sign_in', resume: 'baton_sign_in_resume' },
      long: { httpOnly: true, sameSite: 'lax', signed: true },
      short: { httpOnly: true, sameSite: 'lax', signed: true },
    },
    clients: [
      {
        client_id: client.id,
        client_name: 'Baton',
        // A native client would be asked for consent each time.
        application_type: 'web',
        token_endpoint_auth_method: 'none',
        dpop_bound_access_tokens: true,
        redirect_uris: client.redirects,
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        id_token_signed_response_alg: 'ES256',
        scope: 'openid',
      },
    ],
    scopes: ['openid'],
    claims: { openid: ['sub'] },
    responseTypes: ['code'],
    enabledJWA: { idTokenSigningAlgValues: ['ES256'], dPoPSigningAlgValues: ['ES256'] },
    pkce: { required: () => true },
    allowOmittingSingleRegisteredRedirectUri: false,
    // Extensions have origins of their own; tokens are not cookies, so any origin may ask.
    clientBasedCORS: () => true,
    features: {
      devInteractions: { enabled: false },
      userinfo: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      revocation: { enabled: true, allowedPolicy: (_ctx, by, token) => token.clientId === by.clientId },
      dPoP: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => audience,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: apiScope,
          audience,
          accessTokenTTL: lasts.access,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'ES256' } },
        }),
      },
    },
    ttl: {
      AccessToken: lasts.access,
      AuthorizationCode: lasts.code,
      IdToken: lasts.access,
      Interaction: lasts.asking,
      Session: lasts.asking,
      Grant: lasts.grant,
      RefreshToken: lasts.grant,
    },
    // Bound to a key instead, so that a worker that dies between answer and disk does not lock its user out.
    rotateRefreshToken: false,
    issueRefreshToken: (_ctx, of) => of.grantTypeAllowed('refresh_token'),
    expiresWithSession: () => false,
    interactions: { policy, url: (_ctx, interaction) => paths.page(interaction.uid) },
    routes: {
      authorization: paths.begin,
      token: '/sign-in/token',
      revocation: '/sign-in/revoke',
      jwks: '/sign-in/keys',
      end_session: '/sign-in/end',
    },
    // Each sign-in has a grant of its own: signing out on one device leaves the others be.
    async loadExistingGrant(ctx) {
      const grant = new ctx.oidc.provider.Grant({ accountId: ctx.oidc.account!.accountId, clientId: ctx.oidc.client!.clientId });
      grant.addOIDCScope('openid');
      grant.addResourceScope(audience, apiScope);
      await grant.save();
      return grant;
    },
    async findAccount(_ctx, id, token) {
      const account = await accountById(db, id);
      if (!account || isOver(account, (token as { iat?: number } | undefined)?.iat)) return undefined;
      return { accountId: account.id, workspace: account.workspace, claims: () => ({ sub: account.id }) };
    },
    extraTokenClaims: (ctx, token) => ({
      workspace: ctx.oidc.account?.workspace as string,
      grant: 'grantId' in token ? token.grantId : undefined,
    }),
    renderError,
  });
  // Addresses are made of the configured one, however the request came here; see `mount`.
  provider.proxy = true;
  return provider;
}
