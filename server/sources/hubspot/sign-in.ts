import type { SignIn } from '../source.ts';
import { askToken } from './api.ts';

const authorizeAt = 'https://app.hubspot.com/oauth/authorize';
const needed = ['crm.objects.contacts.read', 'crm.objects.contacts.write', 'crm.objects.owners.read', 'crm.schemas.contacts.read', 'oauth'];
/** Granted where the account's products have them. */
const welcome = [
  ...['crm.objects.deals.read', 'crm.objects.companies.read', 'crm.schemas.companies.read', 'crm.lists.read'],
  ...['content', 'forms', 'marketing.campaigns.read', 'crm.objects.marketing_events.read'],
  // Visited pages: what HubSpot's refusal names, though its specification lists none.
  'business-intelligence',
];

export const signIn: SignIn = {
  authorize: ({ clientId = '' }, { redirect, state, challenge }) =>
    `${authorizeAt}?${new URLSearchParams({
      client_id: clientId,
      redirect_uri: redirect,
      scope: needed.join(' '),
      optional_scope: welcome.join(' '),
      state,
      code_challenge: challenge,
      code_challenge_method: 'S256',
    })}`,
  exchange: (link, { code, redirect, verifier }) =>
    askToken(link, { grant_type: 'authorization_code', code, redirect_uri: redirect, code_verifier: verifier }),
};
