import { sql } from 'kysely';
import { mergeLeads, unansweredIn } from '../acts/merge.ts';
import { findAgreement } from '../store/agreements.ts';
import { recordChange } from '../store/change.ts';
import type { Trx } from '../store/db.ts';
import { readLeads } from '../store/leads.ts';
import type { By } from '../store/tables.ts';
import { namesDeal } from './deal-fields.ts';
import type { LinkRow } from './links.ts';
import type { Page } from './source.ts';

/** Records that the CRM no longer has. What Baton knows of the people stays: they only lose their name there. */

export async function forget(trx: Trx, workspace: string, records: readonly string[]): Promise<void> {
  if (records.length === 0) return;
  const rows = await aliases(trx, workspace)
    .where('value', 'in', [...records])
    .returning('person')
    .execute();
  await recordChange(
    trx,
    workspace,
    rows.map((r) => r.person),
  );
}

/**
 * Two records that became one there are one person here as well; it can be taken back like any merge. While sales owes
 * an answer to both of them they stay two: the next time the record is read they are looked at again.
 * @returns who went up in whom
 */
export async function join(
  trx: Trx,
  workspace: string,
  row: LinkRow,
  merged: Page['merged'],
  context: { by: By; receivedAt: string },
): Promise<Map<string, string>> {
  const joined = new Map<string, string>();
  if (merged.length === 0) return joined;
  const names = await trx
    .selectFrom('person_alias')
    .select(['value', 'person'])
    .where('workspace', '=', workspace)
    .where('kind', '=', 'record')
    .where('value', 'in', [...new Set(merged.flatMap(({ from, into }) => [from, into]))])
    .execute();
  const people = new Map(names.map(({ value, person }) => [value, person]));
  for (const { from, into } of merged) {
    const loser = people.get(from);
    const winner = people.get(into);
    if (loser === undefined) continue;
    if (winner === undefined) {
      await trx.insertInto('person_alias').values({ workspace, kind: 'record', value: into, person: loser }).execute();
      people.set(into, loser);
    } else if (winner !== loser) {
      if (!(await mergeTwo(trx, workspace, loser, winner, context))) continue;
      joined.set(loser, winner);
    }
    for (const [name, person] of people) if (person === loser && winner !== undefined) people.set(name, winner);
    people.delete(from);
    await aliases(trx, workspace).where('value', '=', from).execute();
    await moveDeals(trx, workspace, row.id, from, into);
    await trx.deleteFrom('source_stage').where('workspace', '=', workspace).where('link', '=', row.id).where('record', '=', from).execute();
  }
  return joined;
}

/** Deals go along, without changing by that. */
async function moveDeals(trx: Trx, workspace: string, link: string, from: string, into: string): Promise<void> {
  await sql`
    insert into source_stage (workspace, link, record, field, known)
    select workspace, link, ${into}, field, known from source_stage
    where workspace = ${workspace}::uuid and link = ${link}::uuid and record = ${from} and ${namesDeal()}
    on conflict (workspace, link, record, field) do nothing`.execute(trx);
}

const aliases = (trx: Trx, workspace: string) =>
  trx.deleteFrom('person_alias').where('workspace', '=', workspace).where('kind', '=', 'record');

async function mergeTwo(
  trx: Trx,
  workspace: string,
  from: string,
  into: string,
  context: { by: By; receivedAt: string },
): Promise<boolean> {
  const leads = await readLeads(trx, workspace, [from, into], { lock: true });
  const [loser, winner] = [leads.get(from), leads.get(into)];
  if (!loser || !winner || unansweredIn(loser, winner) || !(await findAgreement(trx, workspace))) return false;
  await mergeLeads(trx, workspace, loser, winner, context);
  return true;
}
