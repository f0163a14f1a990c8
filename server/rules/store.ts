import type { RuleBody } from '../../lib/funnel/rule.ts';
import type { Trx } from '../store/db.ts';

export interface StoredRule {
  id: string;
  version: number;
  onSince?: string;
  body: RuleBody;
  madeAt: string;
  madeBy: string;
}

/** The rules in their newest versions, oldest first: where several fit, the oldest one takes the lead. */
export async function readRules(trx: Trx, workspace: string, only: { on?: true; id?: string } = {}): Promise<StoredRule[]> {
  const rows = await trx
    .selectFrom('rule as r')
    .innerJoin('rule_version as v', (join) =>
      join.onRef('v.workspace', '=', 'r.workspace').onRef('v.rule', '=', 'r.id').onRef('v.version', '=', 'r.version'),
    )
    .innerJoin('app_user as u', (join) => join.onRef('u.workspace', '=', 'v.workspace').onRef('u.id', '=', 'v.made_by'))
    .where('r.workspace', '=', workspace)
    .$if(only.on === true, (q) => q.where('r.on_since', 'is not', null))
    .$if(only.id !== undefined, (q) => q.where('r.id', '=', only.id!))
    .select(['r.id', 'r.version', 'r.on_since', 'v.body', 'v.made_at', 'u.name as made_by'])
    .orderBy('r.created_at')
    .orderBy('r.id')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    version: row.version,
    ...(row.on_since !== null && { onSince: row.on_since }),
    body: row.body,
    madeAt: row.made_at,
    madeBy: row.made_by,
  }));
}
