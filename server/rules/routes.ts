import { sql } from 'kysely';
import { addRule, changeRule, previewRule, rules, ruleVersions, switchRule } from '../../lib/contract/routes/rules.ts';
import type { Agreement } from '../../lib/funnel/agreement.ts';
import { type RuleBody, takesOf, teamsOf, wrongInRule } from '../../lib/funnel/rule.ts';
import { byOf, type Caller } from '../acts/common.ts';
import type { App } from '../http/app.ts';
import { noSuch, refused, saidBy, told, worded } from '../http/problem.ts';
import { agreementInForce } from '../store/agreements.ts';
import { recordAudit } from '../store/audit.ts';
import { isTaken, type Trx } from '../store/db.ts';
import { preview } from './preview.ts';
import { routes as ready } from './ready.ts';
import { runRules } from './run.ts';
import { readRules, type StoredRule } from './store.ts';

export function routes(app: App): void {
  ready(app);
  const { jobs, log, now } = app;
  /** Whether this is heard or not, everybody is looked at every quarter of an hour. */
  const lookSoon = (workspace: string) =>
    void jobs.send(workspace, 'rules', {}, { key: 'switched' }).catch((error) => log.warn({ error }, 'rules do not run at once'));

  app.handle(rules, async ({ trx, workspace }) => ({ items: await withCounts(trx, workspace, await readRules(trx, workspace)) }));

  app.handle(ruleVersions, async ({ trx, workspace, params }) => {
    await one(trx, workspace, params.id);
    const rows = await trx
      .selectFrom('rule_version as v')
      .innerJoin('app_user as u', (join) => join.onRef('u.workspace', '=', 'v.workspace').onRef('u.id', '=', 'v.made_by'))
      .where('v.workspace', '=', workspace)
      .where('v.rule', '=', params.id)
      .select(['v.version', 'v.body', 'v.made_at', 'u.name'])
      .orderBy('v.version', 'desc')
      .execute();
    return { items: rows.map(({ version, body, made_at, name }) => ({ version, ...body, madeBy: name, madeAt: made_at })) };
  });

  app.handle(addRule, async (call) => {
    const { trx, workspace, user, body, operation, receivedAt } = call;
    await check(call, body);
    try {
      await trx.insertInto('rule').values({ workspace, id: operation, version: 1, created_at: receivedAt }).execute();
    } catch (error) {
      if (isTaken(error, 'rule_pkey')) throw worded('key-reused', 'key-used');
      throw error;
    }
    await keep(call, operation, 1, body);
    await recordAudit(trx, workspace, byOf(user), { at: receivedAt, action: 'rule.add', subject: operation });
    return shown(trx, workspace, operation);
  });

  app.handle(changeRule, async (call) => {
    const { trx, workspace, user, params, body, receivedAt } = call;
    const row = await lock(trx, workspace, params.id);
    if (row.version !== body.version) throw worded('conflict', 'rule-newer', { newest: row.version, version: body.version });
    await check(call, body.rule);
    const version = row.version + 1;
    await keep(call, params.id, version, body.rule);
    await trx.updateTable('rule').set({ version }).where('workspace', '=', workspace).where('id', '=', params.id).execute();
    await recordAudit(trx, workspace, byOf(user), { at: receivedAt, action: 'rule.change', subject: params.id, detail: { version } });
    if (row.on_since !== null) lookSoon(workspace);
    return shown(trx, workspace, params.id);
  });

  app.handle(switchRule, async ({ trx, workspace, user, params, body, receivedAt }) => {
    const row = await lock(trx, workspace, params.id);
    if ((row.on_since !== null) !== body.on) {
      await trx
        .updateTable('rule')
        .set({ on_since: body.on ? receivedAt : null })
        .where('workspace', '=', workspace)
        .where('id', '=', params.id)
        .execute();
      await recordAudit(trx, workspace, byOf(user), {
        at: receivedAt,
        action: body.on ? 'rule.on' : 'rule.off',
        subject: params.id,
        detail: { version: row.version },
      });
      if (body.on) lookSoon(workspace);
    }
    return shown(trx, workspace, params.id);
  });

  app.handle(previewRule, async (call) => {
    const terms = await check(call, call.body.rule);
    return preview(call.trx, call.workspace, call.body.rule, terms, call.receivedAt);
  });

  jobs.work(
    'rules',
    async ({ workspace, store, signal }) => void (await runRules(store, workspace, new Date(now()).toISOString(), signal)),
  );
  jobs.every('*/15 * * * *', 'rules');
}

/** @throws `invalid` with what is wrong, `refused` when somebody who shall take leads cannot */
async function check({ trx, workspace }: Caller, body: RuleBody): Promise<Agreement> {
  const terms = await agreementInForce(trx, workspace);
  const wrong = wrongInRule(body, terms);
  const [first] = wrong;
  if (first) {
    const errors = wrong.slice(0, 20).map(({ sentence, ...one }) => ({ pointer: '', detail: sentence, said: saidBy(one) }));
    throw told('invalid', saidBy(first), first.sentence, { errors });
  }
  const users = takesOf(body.assign).flatMap((take) => (take.to === 'user' ? [take.user] : take.to === 'turn' ? (take.users ?? []) : []));
  const teams = teamsOf(body.assign);
  const { rows } = await sql<{ able: boolean | null; side: string | null }>`
    select u.role in ('rep', 'manager') and u.disabled_at is null as able, null as side
    from unnest(${users}::uuid[]) as wanted (id) left join app_user u on u.workspace = ${workspace}::uuid and u.id = wanted.id
    union all
    select true, coalesce(t.side, 'none')
    from unnest(${teams}::uuid[]) as wanted (id) left join team t on t.workspace = ${workspace}::uuid and t.id = wanted.id`.execute(trx);
  if (rows.some(({ able }) => able !== true)) throw refused('rule-takers');
  if (rows.some(({ side }) => side !== null && side !== 'sales')) throw refused('rule-team');
  if (body.when.kind === 'campaign' && body.when.campaigns) {
    const known = await trx
      .selectFrom('campaign')
      .select('id')
      .where('workspace', '=', workspace)
      .where('id', 'in', body.when.campaigns)
      .execute();
    if (known.length < new Set(body.when.campaigns).size) throw refused('rule-campaign');
  }
  return terms;
}

async function keep({ trx, workspace, user, receivedAt }: Caller, rule: string, version: number, body: RuleBody): Promise<void> {
  await trx
    .insertInto('rule_version')
    .values({ workspace, rule, version, body: JSON.stringify(body), made_by: user.id, made_at: receivedAt })
    .execute();
}

async function lock(trx: Trx, workspace: string, id: string) {
  const row = await trx
    .selectFrom('rule')
    .select(['version', 'on_since'])
    .where('workspace', '=', workspace)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  if (!row) throw noSuch('rule');
  return row;
}

async function one(trx: Trx, workspace: string, id: string): Promise<StoredRule> {
  const [rule] = await readRules(trx, workspace, { id });
  if (!rule) throw noSuch('rule');
  return rule;
}

const shown = async (trx: Trx, workspace: string, id: string) => (await withCounts(trx, workspace, [await one(trx, workspace, id)]))[0]!;

async function withCounts(trx: Trx, workspace: string, list: readonly StoredRule[]) {
  const { rows } = await sql<{ rule: string; n: number; answered: number; accepted: number }>`
    select r.rule, count(*)::integer as n,
           count(*) filter (where h.state <> 'waiting')::integer as answered,
           count(*) filter (where h.state in ('accepted', 'qualified') or h.accepted_at is not null)::integer as accepted
    from rule_handoff r join handoff h on h.workspace = r.workspace and h.id = r.handoff
    where r.workspace = ${workspace}::uuid group by r.rule`.execute(trx);
  const counts = new Map(rows.map((row) => [row.rule, row]));
  return list.map(({ id, version, onSince, body, madeBy, madeAt }) => ({
    id,
    version,
    ...(onSince !== undefined && { onSince }),
    ...body,
    madeBy,
    madeAt,
    handedOver: counts.get(id)?.n ?? 0,
    answered: counts.get(id)?.answered ?? 0,
    accepted: counts.get(id)?.accepted ?? 0,
  }));
}
