import { sql } from 'kysely';
import { addLink, addTeam, addUser, changeTeam, changeUser, removeTeam, teams, users } from '../../lib/contract/routes/users.ts';
import { backToPool } from '../../lib/funnel/decide.ts';
import { canonical } from '../../lib/funnel/keys.ts';
import { teamsOf } from '../../lib/funnel/rule.ts';
import type { App } from '../http/app.ts';
import { invalid, invalidAt, noSuch, refused, worded } from '../http/problem.ts';
import { readRules } from '../rules/store.ts';
import { endLinks, linkUntil, makeLink } from '../sign-in/links.ts';
import { passwordsAllowed, type SignInOptions, signInOptions } from '../sign-in/options.ts';
import { hashPassword, weakness } from '../sign-in/password.ts';
import { paths } from '../sign-in/paths.ts';
import { agreementInForce } from '../store/agreements.ts';
import { recordAudit } from '../store/audit.ts';
import { isTaken, type Trx } from '../store/db.ts';
import { readLeads, saveLead } from '../store/leads.ts';
import { createTeam, createUser } from '../store/workspaces.ts';
import { byOf, type Caller } from './common.ts';

export function routes(app: App, env: Record<string, string | undefined> = process.env): void {
  // Not before somebody asks: only then is the server's address known for certain.
  const signIn = () => signInOptions(env, app.config.url);

  app.handle(users, async ({ trx, workspace, user, query }) => {
    const rows = await readUsers(trx, workspace)
      .$if(query.role !== undefined, (q) => q.where('u.role', '=', query.role!))
      .$if(query.team !== undefined, (q) => q.where('u.team', '=', query.team!))
      .$if(query.all !== true, (q) => q.where('u.disabled_at', 'is', null))
      .orderBy(sql`u.name collate "C"`)
      .orderBy('u.id')
      .execute();
    const options = signIn();
    const toItem = user.role === 'admin' ? (row: UserRow) => ({ ...toUser(row), ...cameIn(row, options) }) : toUser;
    return {
      items: rows.map(toItem),
      signIn: { passwords: passwordsAllowed(options), ...(options.company && { company: options.company.label }) },
    };
  });

  app.handle(addUser, async ({ trx, workspace, user, body, operation, receivedAt }) => {
    const email = canonical('email', body.email);
    if (email === null) throw invalidAt('/email', 'no-address');
    if (body.team !== undefined) await oneTeam(trx, workspace, body.team);
    try {
      await createUser(trx, workspace, { id: operation, email, name: body.name, role: body.role, ...(body.team && { team: body.team }) });
    } catch (error) {
      if (isTaken(error, 'app_user_pkey')) throw worded('key-reused', 'key-used');
      if (isTaken(error, 'app_user_email'))
        throw worded('conflict', 'user-known', {}, { errors: invalidAt('/email', 'user-known').document.errors });
      throw error;
    }
    await recordAudit(trx, workspace, byOf(user), { at: receivedAt, action: 'user.add', subject: operation, detail: { role: body.role } });
    return oneUser(trx, workspace, operation);
  });

  app.handle(changeUser, async (call) => {
    const { trx, workspace, user, params, body, receivedAt } = call;
    const before = await trx
      .selectFrom('app_user')
      .select(['role', 'disabled_at'])
      .where('workspace', '=', workspace)
      .where('id', '=', params.id)
      .forUpdate()
      .executeTakeFirst();
    if (!before) throw noSuch('user');
    const { name, role, team, password, disabled } = body;
    if (team) await oneTeam(trx, workspace, team);
    if (password !== undefined) {
      const weak = weakness(password);
      if (weak !== undefined) throw invalid('/password', weak);
    }
    const leaves = disabled === true || (role !== undefined && role !== 'admin');
    if (before.role === 'admin' && before.disabled_at === null && leaves) await refuseLastAdmin(trx, workspace, params.id);

    const endsSessions = (role !== undefined && role !== before.role) || password !== undefined || disabled === true;
    await trx
      .updateTable('app_user')
      .set({
        // Something has to be set, however little was given.
        role: role ?? before.role,
        ...(name !== undefined && { name }),
        ...(team !== undefined && { team }),
        ...(password !== undefined && { password_hash: await hashPassword(password) }),
        ...(disabled === true && { disabled_at: before.disabled_at ?? receivedAt }),
        ...(disabled === false && { disabled_at: null }),
        ...(endsSessions && { signed_out_at: receivedAt }),
      })
      .where('workspace', '=', workspace)
      .where('id', '=', params.id)
      .execute();
    // Whoever leaves knows the key of the lead set. A little later, so that this is committed; the nightly run is there if it fails.
    if (disabled === true) await endLinks(trx, params.id);
    if (disabled === true)
      void app.jobs
        .send(workspace, 'leadset-keys', {}, { key: 'left', startAfter: new Date(Date.now() + 5_000) })
        .catch((error) => app.log.warn({ error }, 'the key of the lead set is not renewed at once'));
    // Who can answer no more must not keep what waits for an answer.
    const sells = (some: string): boolean => some === 'rep' || some === 'manager';
    if (disabled === true || (role !== undefined && sells(before.role) && !sells(role))) await giveBackAll(call, params.id);
    await recordAudit(trx, workspace, byOf(user), {
      at: receivedAt,
      action: 'user.change',
      subject: params.id,
      // Which fields, and what is no secret of them.
      detail: {
        fields: Object.keys(body),
        ...(role !== undefined && { from: before.role, to: role }),
        ...(disabled !== undefined && { disabled }),
      },
    });
    return oneUser(trx, workspace, params.id);
  });

  app.handle(addLink, async ({ trx, workspace, user, params, receivedAt }) => {
    const whose = await trx
      .selectFrom('app_user')
      .select('disabled_at')
      .where('workspace', '=', workspace)
      .where('id', '=', params.id)
      .forUpdate()
      .executeTakeFirst();
    if (!whose) throw noSuch('user');
    if (whose.disabled_at !== null) throw refused('user-removed');
    const options = signIn();
    if (!passwordsAllowed(options)) throw refused('no-passwords', { company: options.company!.label });
    const { token, until } = await makeLink(trx, workspace, params.id, receivedAt);
    await recordAudit(trx, workspace, byOf(user), { at: receivedAt, action: 'user.link', subject: params.id, detail: { until } });
    return { url: new URL(paths.link(token), options.url).href, until };
  });

  app.handle(teams, async ({ trx, workspace }) => {
    const rows = await readTeams(trx, workspace).orderBy(sql`t.name collate "C"`).execute();
    return { items: rows.map(toTeam) };
  });

  app.handle(addTeam, async ({ trx, workspace, user, body, receivedAt }) => {
    const id = await createTeam(trx, workspace, body);
    await recordAudit(trx, workspace, byOf(user), {
      at: receivedAt,
      action: 'team.add',
      subject: id,
      detail: { name: body.name, side: body.side },
    });
    return oneTeam(trx, workspace, id);
  });

  app.handle(changeTeam, async ({ trx, workspace, user, params, body, receivedAt }) => {
    await oneTeam(trx, workspace, params.id);
    await trx.updateTable('team').set({ name: body.name }).where('workspace', '=', workspace).where('id', '=', params.id).execute();
    await recordAudit(trx, workspace, byOf(user), {
      at: receivedAt,
      action: 'team.change',
      subject: params.id,
      detail: { name: body.name },
    });
    return oneTeam(trx, workspace, params.id);
  });

  app.handle(removeTeam, async ({ trx, workspace, user, params, receivedAt }) => {
    const team = await oneTeam(trx, workspace, params.id);
    if (team.users > 0)
      throw refused('team-not-empty', {
        users: team.users,
      });
    const ruled = (await readRules(trx, workspace)).find(({ body }) => teamsOf(body.assign).includes(params.id));
    if (ruled) throw refused('team-in-rule', { rule: ruled.body.name });
    // Who was removed is in it no longer, and its pool is everybody's from now on.
    await trx.updateTable('app_user').set({ team: null }).where('workspace', '=', workspace).where('team', '=', params.id).execute();
    await trx.updateTable('handoff').set({ team: null }).where('workspace', '=', workspace).where('team', '=', params.id).execute();
    await trx.deleteFrom('team').where('workspace', '=', workspace).where('id', '=', params.id).execute();
    await recordAudit(trx, workspace, byOf(user), {
      at: receivedAt,
      action: 'team.remove',
      subject: params.id,
      detail: { name: team.name },
    });
    return undefined;
  });
}

const readUsers = (trx: Trx, workspace: string) =>
  trx
    .selectFrom('app_user as u')
    .leftJoin('team as t', (join) => join.onRef('t.workspace', '=', 'u.workspace').onRef('t.id', '=', 'u.team'))
    .where('u.workspace', '=', workspace)
    .select([
      'u.id',
      'u.name',
      'u.email',
      'u.role',
      'u.team',
      'u.disabled_at',
      'u.password_hash',
      't.name as team_name',
      linkUntil('u.id').as('link_until'),
    ])
    .select((eb) =>
      eb
        .selectFrom('lead as l')
        .where('l.workspace', '=', workspace)
        .whereRef('l.owes', '=', 'u.id')
        .where('l.stage', 'in', ['mql', 'sal'])
        .select(({ fn }) => fn.countAll<number>().as('n'))
        .as('open'),
    );
type UserRow = Awaited<ReturnType<ReturnType<typeof readUsers>['execute']>>[number];

const toUser = (row: UserRow) => ({
  id: row.id,
  name: row.name,
  email: row.email,
  role: row.role,
  ...(row.team !== null && { team: { id: row.team, name: row.team_name ?? '' } }),
  open: Number(row.open ?? 0),
  ...(row.disabled_at !== null && { disabledAt: row.disabled_at }),
});

/** How somebody comes in. The company's provider is a way for everybody whose address it vouches for. */
function cameIn({ disabled_at, password_hash, link_until }: UserRow, options: SignInOptions) {
  if (disabled_at !== null) return {};
  const until = passwordsAllowed(options) ? link_until : null;
  const own = passwordsAllowed(options) && password_hash !== null && 'password';
  return {
    signsIn: own || (until !== null && 'link') || (options.company && 'company') || 'none',
    ...(until !== null && { linkUntil: until }),
  } as const;
}

async function oneUser(trx: Trx, workspace: string, id: string) {
  return toUser(await readUsers(trx, workspace).where('u.id', '=', id).executeTakeFirstOrThrow());
}

const readTeams = (trx: Trx, workspace: string) =>
  trx
    .selectFrom('team as t')
    .where('t.workspace', '=', workspace)
    .select(['t.id', 't.name', 't.side'])
    .select((eb) =>
      eb
        .selectFrom('app_user as u')
        .where('u.workspace', '=', workspace)
        .whereRef('u.team', '=', 't.id')
        .where('u.disabled_at', 'is', null)
        .select(({ fn }) => fn.countAll<number>().as('n'))
        .as('users'),
    );
const toTeam = ({ id, name, side, users }: { id: string; name: string; side: 'marketing' | 'sales'; users: number | null }) => ({
  id,
  name,
  side,
  users: Number(users ?? 0),
});

async function oneTeam(trx: Trx, workspace: string, id: string) {
  const row = await readTeams(trx, workspace).where('t.id', '=', id).executeTakeFirst();
  if (!row) throw noSuch('team');
  return toTeam(row);
}

/** Two admins who demote one another at the same time must not both succeed: all are locked in one order. */
async function refuseLastAdmin(trx: Trx, workspace: string, leaving: string): Promise<void> {
  const admins = await trx
    .selectFrom('app_user')
    .select('id')
    .where('workspace', '=', workspace)
    .where('role', '=', 'admin')
    .where('disabled_at', 'is', null)
    .orderBy('id')
    .forUpdate()
    .execute();
  if (!admins.some(({ id }) => id !== leaving)) throw refused('last-admin');
}

async function giveBackAll({ trx, workspace, user, receivedAt }: Caller, holder: string): Promise<void> {
  const rows = await trx
    .selectFrom('lead')
    .select('id')
    .where('workspace', '=', workspace)
    .where('owes', '=', holder)
    .where('stage', 'in', ['mql', 'sal'])
    .execute();
  if (rows.length === 0) return;
  const terms = await agreementInForce(trx, workspace);
  const ids = rows.map(({ id }) => id);
  for (const lead of (await readLeads(trx, workspace, ids, { lock: true })).values())
    await saveLead(trx, workspace, lead, backToPool(lead, receivedAt), { by: byOf(user), terms, at: receivedAt, receivedAt });
}
