import { sql } from 'kysely';
import { nextInTurn, type Take, takeOf } from '../../lib/funnel/rule.ts';
import type { Trx } from '../store/db.ts';
import type { Who } from './known.ts';
import type { StoredRule } from './store.ts';

/** To whom a rule gives a lead. */

export interface Taker {
  /** User id; absent for a pool. */
  user?: string;
  /** Whose pool. */
  team?: string;
}

/** Ids of the users who can take hand-offs, of a team or of those named, in the order of names. */
async function sellers(trx: Trx, workspace: string, of: { users?: readonly string[]; team?: string }): Promise<string[]> {
  const rows = await trx
    .selectFrom('app_user')
    .select(['id', 'role'])
    .where('workspace', '=', workspace)
    .where('disabled_at', 'is', null)
    .where('role', 'in', ['rep', 'manager'])
    .$if(of.users !== undefined, (q) => q.where('id', 'in', [...(of.users?.length ? of.users : [workspace])]))
    .$if(of.team !== undefined, (q) => q.where('team', '=', of.team!))
    .orderBy(sql`name collate "C"`)
    .orderBy('id')
    .execute();
  // Of a team its reps; a manager takes turns where somebody named them.
  return rows.filter(({ role }) => role === 'rep' || of.users !== undefined).map(({ id }) => id);
}

/** Who decides about the person already: had it last, else has somebody of the same company. */
async function ownerOf(trx: Trx, workspace: string, person: string, { had, companyKey, domain }: Who): Promise<string | undefined> {
  const able = had.length > 0 ? await sellers(trx, workspace, { users: had }) : [];
  const own = had.find((id) => able.includes(id));
  if (own !== undefined) return own;
  if (companyKey === undefined && domain === undefined) return undefined;
  const { rows } = await sql<{ owner: string }>`
    select l.owner from person p
    join lead l on l.workspace = p.workspace and l.id = p.id
    join app_user u on u.workspace = l.workspace and u.id = l.owner and u.disabled_at is null and u.role in ('rep', 'manager')
    where p.workspace = ${workspace}::uuid and p.id <> ${person}::uuid
      and (p.company_key = ${companyKey ?? null} or p.domain = ${domain ?? null})
    order by l.since desc, l.id limit 1`.execute(trx);
  return rows[0]?.owner;
}

/**
 * Decides who takes a lead. Whoever gives a turn holds the rule's row until the transaction ends, so that two
 * who hand over at once never give the same turn.
 */
export async function takerOf(trx: Trx, workspace: string, { id, body }: StoredRule, person: string, who: Who): Promise<Taker> {
  if (body.assign.owner) {
    const owner = await ownerOf(trx, workspace, person, who);
    if (owner !== undefined) return { user: owner };
  }
  return settle(trx, workspace, id, takeOf(body.assign, who).take);
}

async function settle(trx: Trx, workspace: string, rule: string, take: Take): Promise<Taker> {
  if (take.to === 'pool') return take.team === undefined ? {} : { team: take.team };
  if (take.to === 'user') {
    const [user] = await sellers(trx, workspace, { users: [take.user] });
    // Who has left takes nothing: the pool sees it instead of nobody.
    return user === undefined ? {} : { user };
  }
  const pool = take.team === undefined ? {} : { team: take.team };
  const { rows } = await sql<{ turn: number }>`
    update rule set turn = turn + 1 where workspace = ${workspace}::uuid and id = ${rule}::uuid returning turn`.execute(trx);
  const candidates = await sellers(trx, workspace, take.users?.length ? { users: take.users } : { team: take.team! });
  const turns = await trx
    .selectFrom('rule_turn')
    .select(['user_id', 'turn'])
    .where('workspace', '=', workspace)
    .where('rule', '=', rule)
    .execute();
  const user = nextInTurn(candidates, new Map(turns.map((row) => [row.user_id, Number(row.turn)])));
  const turn = rows[0]?.turn;
  if (user === undefined || turn === undefined) return pool;
  await trx
    .insertInto('rule_turn')
    .values({ workspace, rule, user_id: user, turn })
    .onConflict((conflict) => conflict.columns(['workspace', 'rule', 'user_id']).doUpdateSet({ turn }))
    .execute();
  return { user };
}
