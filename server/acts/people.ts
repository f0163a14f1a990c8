import { sql } from 'kysely';
import { erasePerson as eraseRoute, exportPerson as exportRoute } from '../../lib/contract/routes/leads.ts';
import { audit as auditRoute } from '../../lib/contract/routes/users.ts';
import type { App } from '../http/app.ts';
import { noSuch } from '../http/problem.ts';
import { findAuditBreak, recordAudit } from '../store/audit.ts';
import type { Trx } from '../store/db.ts';
import { recordEvents } from '../store/history.ts';
import { erasePerson } from '../store/people.ts';
import { byOf, lockLead } from './common.ts';

/** What a person may ask for: everything known, or to be forgotten. And who did what with it. */
export function routes(app: App): void {
  app.handle(exportRoute, async (call) => {
    const { trx, workspace, user, params, receivedAt } = call;
    const { id } = await lockLead(call, params.id, exportRoute);
    const of = (table: string, column = 'person') => rowsOf(trx, workspace, table, column, id);
    const [person, lead, keys, otherNames, touches, handoffs, stages, events, feedback] = await Promise.all([
      of('person', 'id'),
      of('lead', 'id'),
      of('person_key'),
      of('person_alias'),
      of('touch'),
      of('handoff'),
      of('stage_change'),
      of('lead_event'),
      of('feedback'),
    ]);
    const { rows: replies } = await sql<{ row: Record<string, unknown> }>`
      select to_jsonb(r) - 'workspace' as row from feedback_reply r
      join feedback f on f.workspace = r.workspace and f.id = r.feedback
      where r.workspace = ${workspace}::uuid and f.person = ${id}::uuid order by r.at`.execute(trx);
    const { rows: campaigns } = await sql<{ row: Record<string, unknown> }>`
      select jsonb_build_object('id', c.id, 'name', c.name, 'channel', c.channel) as row from campaign c
      where c.workspace = ${workspace}::uuid
        and exists (select 1 from touch t where t.workspace = c.workspace and t.person = ${id}::uuid and t.campaign = c.id)`.execute(trx);
    await recordAudit(trx, workspace, byOf(user), { at: receivedAt, action: 'person.export', subject: id });
    return {
      exportedAt: receivedAt,
      person: person[0],
      lead: lead[0],
      keys,
      otherNames,
      touches,
      campaigns: campaigns.map(({ row }) => row),
      handoffs,
      stages,
      events,
      feedback,
      replies: replies.map(({ row }) => row),
    };
  });

  app.handle(eraseRoute, async (call) => {
    const { trx, workspace, user, params, receivedAt } = call;
    const gone = await trx
      .selectFrom('change')
      .select('gone')
      .where('workspace', '=', workspace)
      .where('lead', '=', params.id)
      .executeTakeFirst();
    const merged = await mergedInto(trx, workspace, params.id);
    // Erased already, and not only known by another id now: that is what was wanted.
    if (gone?.gone && !merged.has(params.id)) return undefined;
    const { id } = await lockLead(call, params.id, eraseRoute);
    const names = [id, ...(await mergedWith(trx, workspace, id))];
    if (!(await erasePerson(trx, workspace, id))) throw noSuch('lead');
    // Whatever else quotes the person: answers kept for repeated requests, and merges that could be taken back.
    await sql`
      update operation set answer = null
      where workspace = ${workspace}::uuid and answer is not null
        and (lead = any(${names}::uuid[]) or exists (select 1 from unnest(${names}::text[]) as name where position(name in answer::text) > 0))`.execute(
      trx,
    );
    await trx.updateTable('merge').set({ moved: '{}' }).where('workspace', '=', workspace).where('into_person', 'in', names).execute();
    await recordAudit(trx, workspace, byOf(user), { at: receivedAt, action: 'person.erase', subject: id });
    // For other systems that hold something of theirs: every id the person was known by here, and nothing else.
    await recordEvents(trx, workspace, byOf(user), { at: receivedAt, receivedAt }, [{ kind: 'erased', data: { leads: names } }]);
    return undefined;
  });

  app.handle(auditRoute, async ({ trx, workspace, query }) => {
    const rows = await trx
      .selectFrom('audit as a')
      .leftJoin('app_user as u', (join) => join.onRef('u.workspace', '=', 'a.workspace').on(sql<boolean>`u.id::text = a.by_id`))
      .where('a.workspace', '=', workspace)
      .$if(query.before !== undefined, (q) => q.where('a.seq', '<', query.before!))
      .select(['a.seq', 'a.at', 'a.by_kind', 'a.by_id', 'u.name', 'a.action', 'a.subject', 'a.detail', 'a.hash'])
      .orderBy('a.seq', 'desc')
      .limit(query.limit + 1)
      .execute();
    const items = rows.slice(0, query.limit);
    const brokenAt = query.before === undefined ? await findAuditBreak(trx, workspace) : undefined;
    const last = items.at(-1);
    return {
      items: items.map((row) => ({
        seq: row.seq,
        at: row.at,
        by: { kind: row.by_kind, id: row.by_id, ...(row.name !== null && { name: row.name }) },
        action: row.action,
        ...(row.subject !== null && { subject: row.subject }),
        detail: row.detail,
        hash: row.hash.toString('hex'),
      })),
      ...(rows.length > query.limit && last && { next: last.seq }),
      ...(brokenAt !== undefined && { brokenAt }),
    };
  });
}

/** Rows as they are, without what only the store needs. */
async function rowsOf(trx: Trx, workspace: string, table: string, column: string, id: string): Promise<Record<string, unknown>[]> {
  const { rows } = await sql<{ row: Record<string, unknown> }>`
    select to_jsonb(t) - 'workspace' - 'xid' as row from ${sql.table(table)} t
    where t.workspace = ${workspace}::uuid and t.${sql.ref(column)} = ${id}::uuid`.execute(trx);
  return rows.map(({ row }) => row);
}

/** The ids of people that were merged away and whose merge stands. */
async function mergedInto(trx: Trx, workspace: string, id: string): Promise<Set<string>> {
  const rows = await trx
    .selectFrom('merge')
    .select('from_person')
    .where('workspace', '=', workspace)
    .where('from_person', '=', id)
    .where('undone_at', 'is', null)
    .execute();
  return new Set(rows.map((row) => row.from_person));
}

/** Everybody who was merged into this person, directly or on the way. */
async function mergedWith(trx: Trx, workspace: string, id: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    with recursive all_of (id) as (
      select m.from_person from merge m where m.workspace = ${workspace}::uuid and m.into_person = ${id}::uuid and m.undone_at is null
      union
      select m.from_person from merge m join all_of on m.into_person = all_of.id
      where m.workspace = ${workspace}::uuid and m.undone_at is null
    )
    select id from all_of`.execute(trx);
  return rows.map((row) => row.id);
}
