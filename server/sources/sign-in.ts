import { createHash, randomBytes } from 'node:crypto';
import { finishSourceSignIn, startSourceSignIn } from '../../lib/contract/routes/sources.ts';
import type { App } from '../http/app.ts';
import { noSuch, refused, worded } from '../http/problem.ts';
import { signInOptions } from '../sign-in/options.ts';
import { calling } from './calling.ts';
import { findingOnWire } from './describe.ts';
import { filled, known } from './fields.ts';
import { findLink, type World } from './links.ts';
import { keepLink, linkTo, open } from './open.ts';
import { show } from './show.ts';

/** Signing in at a CRM: OAuth 2 with PKCE. The code comes back to the extension of the admin who began. */

/** Addresses a CRM may send an admin's browser back to: those of this backend's own sign-in. */
export const redirectsOf = (app: App): string[] => signInOptions(process.env, app.config.url).client.redirects;
const minutes = 10;

/** Kept sealed between the two steps. */
interface Begun {
  source: string;
  way: string;
  credentials: Record<string, string>;
  verifier: string;
  redirect: string;
  name?: string;
  webhookSecret?: string;
  /** The link that is to be opened again. */
  again?: string;
}

export function routes(app: App, world: () => Promise<World>): void {
  calling(app, startSourceSignIn, async ({ user, workspace, body, within }) => {
    const source = known(body.source);
    const { way, credentials } = filled(source, body.way, body.credentials);
    if (!source.signIn || !way.signIn) throw refused('crm-no-sign-in', { crm: source.name });
    const redirects = redirectsOf(app);
    if (!redirects.includes(body.redirect))
      throw worded(
        'invalid',
        'redirect-unknown',
        { address: body.redirect },
        {
          errors: [{ pointer: '/redirect', detail: `One of: ${redirects.join(', ')}.` }],
        },
      );
    const { seal, clock } = await world();
    const state = randomBytes(32).toString('base64url');
    const verifier = randomBytes(32).toString('base64url');
    const expiresAt = new Date(clock.now() + minutes * 60_000).toISOString();
    const begun: Begun = {
      source: source.id,
      way: way.id,
      credentials,
      verifier,
      redirect: body.redirect,
      ...(body.name && { name: body.name }),
      ...(body.webhookSecret && { webhookSecret: body.webhookSecret }),
      ...(body.id && { again: body.id }),
    };
    await within(async (trx) => {
      if (body.id && (await findLink(trx, workspace, body.id))?.source !== source.id) throw noSuch('source');
      await trx
        .insertInto('source_sign_in')
        .values({
          workspace,
          state: hashOf(state),
          by_user: user.id,
          body: seal.close(JSON.stringify(begun), `${workspace}/${state}`),
          expires_at: expiresAt,
        })
        .execute();
    });
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    return { url: source.signIn.authorize(credentials, { redirect: body.redirect, state, challenge }), state, expiresAt };
  });

  calling(app, finishSourceSignIn, async ({ user, workspace, body, request, receivedAt, within }) => {
    const the = await world();
    // Taken first: whatever comes of it, the same state opens nothing twice.
    const row = await within((trx) =>
      trx
        .deleteFrom('source_sign_in')
        .where('workspace', '=', workspace)
        .where('state', '=', hashOf(body.state))
        .where('by_user', '=', user.id)
        .returning(['body', 'expires_at'])
        .executeTakeFirst(),
    );
    if (!row || Date.parse(row.expires_at) <= the.clock.now()) throw refused('crm-sign-in-lost');
    const begun = JSON.parse(the.seal.open(row.body, `${workspace}/${body.state}`)) as Begun;
    const source = known(begun.source);
    if (body.error !== undefined || body.code === undefined)
      throw refused('crm-sign-in-denied', { crm: source.name, error: body.error ?? '' });
    const credentials = { ...begun.credentials };
    const answer = { code: body.code, redirect: begun.redirect, verifier: begun.verifier };
    Object.assign(credentials, await source.signIn!.exchange(linkTo(the, credentials, request.signal), answer));
    const opened = await open(the, source, credentials, request.signal);
    const way = source.describe().ways.find((w) => w.id === begun.way)!;
    const { name, webhookSecret, again } = begun;
    return within(async (trx) => {
      const id = await keepLink(trx, user, receivedAt, the.seal, { source, way, opened, name, webhookSecret, again });
      return { source: (await show(trx, workspace, app, id))[0]!, findings: opened.findings.map(findingOnWire) };
    });
  });
}

const hashOf = (state: string): Buffer => createHash('sha256').update(state).digest();
