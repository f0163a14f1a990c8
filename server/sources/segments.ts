import { sql } from 'kysely';
import { recordChange } from '../store/change.ts';
import type { Trx } from '../store/db.ts';
import type { LinkRow } from './links.ts';
import { fieldKey, type KnownField, keepKnown, knownOf } from './records.ts';
import type { Page } from './source.ts';

/** A field of our own: what the CRM said of a person's segment. */
const field = '@segment';

/**
 * A segment that was emptied in the CRM is taken back here, where it is still the one that came from there: an empty
 * field says nothing against a segment from elsewhere. The caller holds the link's lock.
 */
export async function clearSegments(trx: Trx, workspace: string, row: LinkRow, page: Page): Promise<void> {
  const said = page.arrivals.flatMap(({ person, touch, at }) => {
    const record = person?.aliases?.[0]?.value;
    return record !== undefined && person?.segment !== undefined && !touch ? [{ record, value: person.segment, at }] : [];
  });
  if (said.length === 0) return;
  const known = await knownOf(
    trx,
    workspace,
    row.id,
    said.map(({ record }) => record),
  );
  const changed = new Map<string, KnownField>();
  const emptied = new Map<string, string>();
  for (const { record, value, at } of said.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))) {
    const key = fieldKey(record, field);
    const before = (changed.get(key) ?? known.get(key))?.known;
    if ((before?.value ?? '') === value || (before?.at !== undefined && at < before.at)) continue;
    changed.set(key, { record, field, known: { value, at } });
    if (value !== '') emptied.delete(record);
    else emptied.set(record, before!.value!);
  }
  await keepKnown(trx, workspace, row.id, [...changed.values()]);
  if (emptied.size === 0) return;
  // Another record of the same person may still say something.
  const { rows } = await sql<{ person: string }>`
    update person p set segment = (
      select s.known ->> 'value' from person_alias a
      join source_stage s on s.workspace = a.workspace and s.link = ${row.id}::uuid and s.record = a.value and s.field = ${field}
      where a.workspace = p.workspace and a.person = p.id and a.kind = 'record' and s.known ->> 'value' <> ''
      order by s.known ->> 'at' desc limit 1)
    from unnest(${[...emptied.keys()]}::text[], ${[...emptied.values()]}::text[]) as e (record, segment)
    join person_alias a on a.workspace = ${workspace}::uuid and a.kind = 'record' and a.value = e.record
    where p.workspace = a.workspace and p.id = a.person and p.segment = e.segment
    returning p.id as person`.execute(trx);
  await recordChange(
    trx,
    workspace,
    rows.map(({ person }) => person),
  );
}
