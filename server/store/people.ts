import { createHmac } from 'node:crypto';
import { sql } from 'kysely';
import { importTagKey, tagOf } from '../../lib/funnel/tag.ts';
import type { KeyKind } from '../../lib/funnel/words.ts';
import { recordChange } from './change.ts';
import type { Trx } from './db.ts';
import { newId } from './id.ts';
import { companyDomain, companyKey, wordsOf } from './names.ts';

/** People, the keys they are known by, and the tags made of these. Values of keys are canonical here. */

export interface PersonFields {
  name?: string;
  title?: string | null;
  company?: string | null;
  /** What kind of customer, in the company's own words. */
  segment?: string | null;
}
export interface Key {
  kind: KeyKind;
  /** Canonical. */
  value: string;
}

/** Writes the person alone: its lead is written by `saveLead`, its keys by `tieKeys`. */
export async function createPerson(
  trx: Trx,
  workspace: string,
  { name = '', title, company, segment }: PersonFields,
  id = newId(),
): Promise<string> {
  await trx
    .insertInto('person')
    .values({
      workspace,
      id,
      name,
      title: title || null,
      company: company || null,
      segment: segment || null,
      company_key: companyKey(company),
    })
    .execute();
  await writeWords(trx, workspace, id, wordsOf(name, company));
  return id;
}

/** Changes what is given and leaves the rest. Answers whether anything is different now. */
export async function updatePerson(trx: Trx, workspace: string, id: string, fields: PersonFields): Promise<boolean> {
  const before = await trx
    .selectFrom('person')
    .select(['name', 'title', 'company', 'segment'])
    .where('workspace', '=', workspace)
    .where('id', '=', id)
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (!before) return false;
  const after = {
    name: fields.name ?? before.name,
    title: fields.title === undefined ? before.title : fields.title || null,
    company: fields.company === undefined ? before.company : fields.company || null,
    segment: fields.segment === undefined ? before.segment : fields.segment || null,
  };
  if ((['name', 'title', 'company', 'segment'] as const).every((field) => after[field] === before[field])) return false;
  await trx
    .updateTable('person')
    .set({ ...after, company_key: companyKey(after.company), updated_at: sql<string>`now()` })
    .where('workspace', '=', workspace)
    .where('id', '=', id)
    .execute();
  await trx.deleteFrom('person_word').where('workspace', '=', workspace).where('person', '=', id).execute();
  await writeWords(trx, workspace, id, wordsOf(after.name, after.company));
  await recordChange(trx, workspace, [id]);
  return true;
}

async function writeWords(trx: Trx, workspace: string, person: string, words: string[]): Promise<void> {
  if (words.length === 0) return;
  await sql`
    insert into person_word (workspace, word, person)
    select ${workspace}::uuid, word, ${person}::uuid from unnest(${words}::text[]) as word
    on conflict (workspace, word, person) do nothing`.execute(trx);
}

export const keyText = ({ kind, value }: Key): string => `${kind}\0${value}`;

/** Who has these keys; by `keyText`. Unknown ones are absent. */
export async function findByKeys(trx: Trx, workspace: string, keys: readonly Key[]): Promise<Map<string, { key: string; person: string }>> {
  if (keys.length === 0) return new Map();
  const { rows } = await sql<{ kind: KeyKind; value: string; id: string; person: string }>`
    select k.kind, k.value, k.id, k.person
    from unnest(${keys.map((k) => k.kind)}::text[], ${keys.map((k) => k.value)}::text[]) as wanted (kind, value)
    join person_key k on k.workspace = ${workspace}::uuid and k.kind = wanted.kind and k.value = wanted.value`.execute(trx);
  return new Map(rows.map((row) => [keyText(row), { key: row.id, person: row.person }]));
}

export interface Tied {
  /** Keys that this person has now and had not before. */
  tied: (Key & { id: string })[];
  /** Keys that belong to somebody else; nothing was done about them. */
  taken: (Key & { person: string })[];
}

/**
 * Ties keys to a person, with their tags under every lead set key that is in use. Keys the person has already are
 * left alone. Does not tell the change feed.
 */
export async function tieKeys(trx: Trx, workspace: string, person: string, keys: readonly Key[], source: string): Promise<Tied> {
  if (keys.length === 0) return { tied: [], taken: [] };
  const wanted = [...new Map(keys.map((key) => [keyText(key), key])).values()].sort((a, b) => (keyText(a) < keyText(b) ? -1 : 1));
  const tied = await trx
    .insertInto('person_key')
    .values(wanted.map(({ kind, value }) => ({ workspace, id: newId(), person, kind, value, source })))
    .onConflict((conflict) => conflict.columns(['workspace', 'kind', 'value']).doNothing())
    .returning(['id', 'kind', 'value'])
    .execute();
  await writeTags(
    trx,
    workspace,
    tied.map((key) => ({ ...key, person })),
  );
  const domain = tied.flatMap((key) => (key.kind === 'email' ? (companyDomain(key.value) ?? []) : []))[0];
  if (domain !== undefined)
    await trx
      .updateTable('person')
      .set({ domain })
      .where('workspace', '=', workspace)
      .where('id', '=', person)
      .where('domain', 'is', null)
      .execute();
  if (tied.length === wanted.length) return { tied, taken: [] };
  const fresh = new Set(tied.map(keyText));
  const old = await findByKeys(
    trx,
    workspace,
    wanted.filter((key) => !fresh.has(keyText(key))),
  );
  const taken = wanted.flatMap((key) => {
    const other = old.get(keyText(key))?.person;
    return other !== undefined && other !== person ? [{ ...key, person: other }] : [];
  });
  return { tied, taken };
}

/** Takes a key from a person. False when the person has no such key. Does not tell the change feed. */
export async function untieKey(trx: Trx, workspace: string, person: string, key: string): Promise<Key | undefined> {
  await touchTags(trx, workspace, sql`k.person_key = ${key}::uuid and k.person = ${person}::uuid`);
  return trx
    .deleteFrom('person_key')
    .where('workspace', '=', workspace)
    .where('person', '=', person)
    .where('id', '=', key)
    .returning(['kind', 'value'])
    .executeTakeFirst();
}

/** Notes for the next lead set that these tags may have come or gone. */
async function touchTags(trx: Trx, workspace: string, which: ReturnType<typeof sql>): Promise<void> {
  await sql`
    insert into leadset_touched (workspace, kid, tag)
    select k.workspace, k.kid, k.tag from key_tag k where k.workspace = ${workspace}::uuid and ${which}
    on conflict (workspace, kid, xid, tag) do nothing`.execute(trx);
}

/** The tags of keys, under the lead set keys named, or all in use. */
export async function writeTags(
  trx: Trx,
  workspace: string,
  keys: readonly (Key & { id: string; person: string })[],
  only?: readonly number[],
): Promise<void> {
  if (keys.length === 0) return;
  const live = (await tagKeys(trx, workspace)).filter(({ kid }) => only?.includes(kid) ?? true);
  for (const { kid, key: hmac } of live) {
    const tags = await Promise.all(keys.map(async ({ kind, value }) => Buffer.from(await tagOf(hmac, kind, value))));
    await sql`
      with wanted as (
        select * from unnest(${tags}::bytea[], ${keys.map((k) => k.id)}::uuid[], ${keys.map((k) => k.person)}::uuid[]) as w (tag, person_key, person)
      ), tagged as (
        insert into key_tag (workspace, kid, tag, person_key, person)
        select ${workspace}::uuid, ${kid}::integer, tag, person_key, person from wanted
        on conflict (workspace, kid, tag) do update set person_key = excluded.person_key, person = excluded.person
      )
      insert into leadset_touched (workspace, kid, tag) select ${workspace}::uuid, ${kid}::integer, tag from wanted
      on conflict (workspace, kid, xid, tag) do nothing`.execute(trx);
  }
}

const imported = new Map<string, Promise<CryptoKey>>();

/** The lead set keys in use, oldest first. */
async function tagKeys(trx: Trx, workspace: string): Promise<{ kid: number; key: CryptoKey }[]> {
  const rows = await trx
    .selectFrom('leadset_key')
    .select(['kid', 'key'])
    .where('workspace', '=', workspace)
    .orderBy('created_at')
    .execute();
  return Promise.all(
    rows.map(async ({ kid, key }) => {
      const name = `${workspace}/${kid}/${key.toString('hex')}`;
      let one = imported.get(name);
      if (!one) {
        if (imported.size > 1000) imported.clear();
        one = importTagKey(Uint8Array.from(key));
        imported.set(name, one);
      }
      return { kid, key: await one };
    }),
  );
}

/** Which of these keys belong to erased people: nobody may be made of them again. By `keyText`. */
export async function erasedAmong(trx: Trx, workspace: string, keys: readonly Key[]): Promise<Set<string>> {
  if (keys.length === 0) return new Set();
  const hmac = await erasureKey(trx, workspace);
  const byHash = new Map(keys.map((key) => [hashOf(hmac, key).toString('hex'), keyText(key)]));
  const rows = await trx
    .selectFrom('erased')
    .select('hash')
    .where('workspace', '=', workspace)
    .where(
      'hash',
      'in',
      [...byHash.keys()].map((hex) => Buffer.from(hex, 'hex')),
    )
    .execute();
  return new Set(rows.flatMap((row) => byHash.get(row.hash.toString('hex')) ?? []));
}

/**
 * Erases a person and everything known of them, leaving keyed hashes of their keys so that no source brings them
 * back, and `gone` in the change feed. False when there is no such person.
 */
export async function erasePerson(trx: Trx, workspace: string, person: string): Promise<boolean> {
  const keys = await trx
    .selectFrom('person_key')
    .select(['kind', 'value'])
    .where('workspace', '=', workspace)
    .where('person', '=', person)
    .execute();
  const hmac = await erasureKey(trx, workspace);
  if (keys.length > 0)
    await trx
      .insertInto('erased')
      .values(keys.map((key) => ({ workspace, hash: hashOf(hmac, key) })))
      .onConflict((conflict) => conflict.columns(['workspace', 'hash']).doNothing())
      .execute();
  await sql`
    delete from anonymous_event e using person_alias a
    where a.workspace = ${workspace}::uuid and a.person = ${person}::uuid and a.kind = 'anonymous'
      and e.workspace = a.workspace and e.anonymous_id = a.value`.execute(trx);
  for (const { value } of keys)
    await sql`
      delete from ingest_reject where workspace = ${workspace}::uuid and position(lower(${value}::text) in lower(body::text)) > 0`.execute(
      trx,
    );
  return (await removePeople(trx, workspace, [person])) > 0;
}

/** People with everything of theirs; `gone` in the change feed. Any source may bring them again. Answers how many there were. */
export async function removePeople(trx: Trx, workspace: string, people: readonly string[]): Promise<number> {
  if (people.length === 0) return 0;
  const ids = [...people].sort();
  await touchTags(trx, workspace, sql`k.person = any(${ids}::uuid[])`);
  // Answers kept for repeated requests carry cards.
  await trx.updateTable('operation').set({ answer: null }).where('workspace', '=', workspace).where('lead', 'in', ids).execute();
  const gone = await trx.deleteFrom('person').where('workspace', '=', workspace).where('id', 'in', ids).returning('id').execute();
  await recordChange(
    trx,
    workspace,
    gone.map(({ id }) => id),
    { gone: true },
  );
  return gone.length;
}

async function erasureKey(trx: Trx, workspace: string): Promise<Buffer> {
  const row = await trx.selectFrom('workspace').select('erasure_key').where('workspace', '=', workspace).executeTakeFirstOrThrow();
  return row.erasure_key;
}
const hashOf = (hmac: Buffer, key: Key): Buffer => createHmac('sha256', hmac).update(keyText(key)).digest();
