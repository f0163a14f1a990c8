import { sql } from 'kysely';
import { recount } from '../acts/merge.ts';
import { recordChange } from '../store/change.ts';
import type { Store, Trx } from '../store/db.ts';
import { removePeople } from '../store/people.ts';
import { findLink, type LinkRow } from './links.ts';
import { nameOf, sourceName } from './records.ts';

/**
 * A CRM was disconnected and its data is to go. Touches, campaigns and people go as far as nobody else told of them;
 * people stay whom somebody here acted on or whom another source knows, with their history. Each portion is a
 * transaction and finds for itself what is left, so it may be killed anywhere and run again.
 */
const portion = 1_000;

export async function runRemove(store: Store, workspace: string, id: string, signal: AbortSignal): Promise<void> {
  for (const step of [touches, people, leftovers]) {
    for (let more = true; more; ) {
      signal.throwIfAborted();
      more = await store.inWorkspace(workspace, async (trx) => {
        const row = await findLink(trx, workspace, id);
        return row?.removing_since ? step(trx, workspace, row) : false;
      });
    }
  }
}

/** @returns whether there may be more */
async function touches(trx: Trx, workspace: string, row: LinkRow): Promise<boolean> {
  const { rows } = await sql<{ person: string }>`
    delete from touch where workspace = ${workspace}::uuid and source = ${sourceName(row)} and source_id in (
      select source_id from touch where workspace = ${workspace}::uuid and source = ${sourceName(row)} order by source_id limit ${portion})
    returning person`.execute(trx);
  const theirs = [...new Set(rows.map(({ person }) => person))];
  if (theirs.length > 0) await recount(trx, workspace, theirs);
  await recordChange(trx, workspace, theirs);
  return rows.length === portion;
}

async function people(trx: Trx, workspace: string, row: LinkRow): Promise<boolean> {
  const { rows } = await sql<{ person: string; value: string; only: boolean }>`
    select a.person, a.value,
      not exists (select from person_key k where k.workspace = a.workspace and k.person = a.person and k.source <> ${sourceName(row)})
      and not exists (select from person_alias o where o.workspace = a.workspace and o.person = a.person
        and not (o.kind = 'record' and starts_with(o.value, ${nameOf(row, '')})))
      and not exists (select from touch t where t.workspace = a.workspace and t.person = a.person)
      and not exists (select from lead_event e where e.workspace = a.workspace and e.person = a.person and e.by_kind = 'user')
      and not exists (select from stage_change c where c.workspace = a.workspace and c.person = a.person and c.source <> ${sourceName(row)}) as only
    from person_alias a
    where a.workspace = ${workspace}::uuid and a.kind = 'record' and starts_with(a.value, ${nameOf(row, '')})
    order by a.value limit ${portion}`.execute(trx);
  await removePeople(trx, workspace, [...new Set(rows.filter((r) => r.only).map((r) => r.person))]);
  const stay = rows.filter((r) => !r.only);
  await trx
    .deleteFrom('person_alias')
    .where('workspace', '=', workspace)
    .where('kind', '=', 'record')
    .where('value', 'in', ['', ...stay.map((r) => r.value)])
    .execute();
  await recordChange(
    trx,
    workspace,
    stay.map((r) => r.person),
  );
  return rows.length === portion;
}

/** What waited to be told who it was about, campaigns nobody else knows, and the link with all it remembered. */
async function leftovers(trx: Trx, workspace: string, row: LinkRow): Promise<boolean> {
  await sql`delete from anonymous_event where workspace = ${workspace}::uuid and source = ${sourceName(row)}`.execute(trx);
  await sql`
    delete from campaign c using campaign_ref r
    where r.workspace = ${workspace}::uuid and r.source = ${sourceName(row)} and c.workspace = r.workspace and c.id = r.campaign
      and not exists (select from campaign_ref o where o.workspace = c.workspace and o.campaign = c.id and o.source <> r.source)
      and not exists (select from touch t where t.workspace = c.workspace and t.campaign = c.id)
      and not exists (select from spend s where s.workspace = c.workspace and s.campaign = c.id)
      and not exists (select from feedback f where f.workspace = c.workspace and f.campaign = c.id)`.execute(trx);
  await sql`delete from campaign_ref where workspace = ${workspace}::uuid and source = ${sourceName(row)}`.execute(trx);
  await trx.deleteFrom('source_link').where('workspace', '=', workspace).where('id', '=', row.id).execute();
  return false;
}
