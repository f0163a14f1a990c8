import { sql } from 'kysely';
import { prefix40 } from '../../lib/funnel/tag.ts';
import { settled } from '../store/change.ts';
import type { Trx } from '../store/db.ts';

/** Versions of the lead set: made when somebody asks and something has changed. */

/** The set as stored: sorted, five big-endian bytes a tag. */
const tagSize = 5;
/**
 * How many changes a client may be behind before it gets the whole set. Devices ask every five minutes, and where leads
 * keep coming each asking makes a version: 2,000 are a week, so that nobody fetches the whole set after a night or a
 * weekend. Kept are the changed tags alone.
 */
const keptVersions = 2000;
/** A new version rewrites the whole set, so a large one is made less often: this many tags at once, and as many a second. */
const tagsPerSecond = 50_000;

export const toNumbers = (bytes: Uint8Array): Float64Array<ArrayBuffer> => {
  const numbers = new Float64Array(bytes.length / tagSize);
  for (let i = 0; i < numbers.length; i++) numbers[i] = prefix40(bytes.subarray(i * tagSize, (i + 1) * tagSize));
  return numbers;
};
const toBytes = (numbers: Iterable<number>, count: number): Buffer => {
  const bytes = Buffer.alloc(count * tagSize);
  let at = 0;
  for (const number of numbers) at = bytes.writeUIntBE(number, at, tagSize);
  return bytes;
};

/** The newest version of the set under a key; `undefined` when there is no such key. */
export async function newestVersion(trx: Trx, workspace: string, kid: number): Promise<number | undefined> {
  const { rows } = await sql<{ version: number | null; stale: boolean }>`
    select s.version,
           s.version is null or (
             s.made_at + make_interval(secs => greatest(0, s.count::double precision / ${tagsPerSecond} - 1)) <= now()
             and exists (select 1 from leadset_touched t
                         where t.workspace = k.workspace and t.kid = k.kid and t.xid >= s.xid)) as stale
    from leadset_key k left join leadset s on s.workspace = k.workspace and s.kid = k.kid
    where k.workspace = ${workspace}::uuid and k.kid = ${kid}::integer`.execute(trx);
  const [row] = rows;
  if (!row) return undefined;
  return row.stale ? make(trx, workspace, kid) : row.version!;
}

async function make(trx: Trx, workspace: string, kid: number): Promise<number> {
  const mine = sql`workspace = ${workspace}::uuid and kid = ${kid}::integer`;
  // One at a time; whoever waited finds the work done. Not `for update`: that would wait for everybody who is writing
  // a tag, and make them wait.
  await sql`select 1 from leadset_key where ${mine} for no key update`.execute(trx);
  const { rows: old } = await sql<{
    version: number;
    xid: string;
    tags: Buffer;
  }>`select version, xid, tags from leadset where ${mine}`.execute(trx);
  const { rows: ends } = await sql<{ xid: string }>`select ${settled} as xid`.execute(trx);
  const end = ends[0]!.xid;
  const [base] = old;
  if (!base) {
    await sql`
      insert into leadset (workspace, kid, version, xid, count, tags)
      select ${workspace}::uuid, ${kid}::integer, 1, ${end}::xid8, count(*)::integer, coalesce(string_agg(prefix, ''::bytea order by prefix), ''::bytea)
      from (select distinct substring(tag from 1 for ${sql.lit(tagSize)}) as prefix from key_tag where ${mine}) as prefixes`.execute(trx);
    return 1;
  }
  // All that is committed counts now. What lies above the horizon is looked at again later, together with what was
  // begun before it and commits after it; until then nothing of it is forgotten.
  const { rows } = await sql<{ prefix: Buffer; there: boolean }>`
    select prefix, exists (select 1 from key_tag k where k.${mine} and k.tag >= prefix and substring(k.tag from 1 for ${sql.lit(tagSize)}) = prefix
                           and k.tag <= prefix || '\\xffffffffffffffffffffff'::bytea) as there
    from (select distinct substring(tag from 1 for ${sql.lit(tagSize)}) as prefix from leadset_touched
          where ${mine} and xid >= ${base.xid}::xid8) as touched`.execute(trx);
  const set = new Set(toNumbers(base.tags));
  const adds: number[] = [];
  const removals: number[] = [];
  for (const { prefix, there } of rows) {
    const number = prefix40(prefix);
    if (there && !set.has(number)) adds.push(number);
    if (!there && set.has(number)) removals.push(number);
  }
  const changed = adds.length + removals.length > 0;
  const version = changed ? base.version + 1 : base.version;
  if (changed) {
    for (const number of adds) set.add(number);
    for (const number of removals) set.delete(number);
    const tags = toBytes([...set].sort(ascending), set.size);
    await trx
      .insertInto('leadset_delta')
      .values({
        workspace,
        kid,
        version,
        adds: toBytes(adds.sort(ascending), adds.length),
        removals: toBytes(removals.sort(ascending), removals.length),
      })
      .execute();
    await sql`update leadset set version = ${version}, xid = ${end}::xid8, count = ${set.size}, tags = ${tags}, made_at = now() where ${mine}`.execute(
      trx,
    );
    await sql`delete from leadset_delta where ${mine} and version <= ${version - keptVersions}`.execute(trx);
  } else await sql`update leadset set xid = ${end}::xid8, made_at = now() where ${mine}`.execute(trx);
  await sql`delete from leadset_touched where ${mine} and xid < ${end}::xid8`.execute(trx);
  return version;
}

const ascending = (a: number, b: number): number => a - b;

/** The set at its newest version, and, if that many changes are still known, what it was at `have`. */
export async function readSet(
  trx: Trx,
  workspace: string,
  kid: number,
  have: number | undefined,
): Promise<{ version: number; after: Float64Array<ArrayBuffer>; before?: Float64Array<ArrayBuffer> }> {
  const row = await trx
    .selectFrom('leadset')
    .select(['version', 'tags'])
    .where('workspace', '=', workspace)
    .where('kid', '=', kid)
    .executeTakeFirstOrThrow();
  const after = toNumbers(row.tags);
  if (have === undefined || have < 1 || have >= row.version) return { version: row.version, after };
  const deltas = await trx
    .selectFrom('leadset_delta')
    .select(['version', 'adds', 'removals'])
    .where('workspace', '=', workspace)
    .where('kid', '=', kid)
    .where('version', '>', have)
    .where('version', '<=', row.version)
    .orderBy('version', 'desc')
    .execute();
  if (deltas.length !== row.version - have) return { version: row.version, after };
  // Backwards through the changes: what came goes, what went comes back.
  const back = new Set<number>();
  const away = new Set<number>();
  for (const { adds, removals } of deltas) {
    for (const tag of toNumbers(adds)) if (!back.delete(tag)) away.add(tag);
    for (const tag of toNumbers(removals)) if (!away.delete(tag)) back.add(tag);
  }
  const before = Float64Array.from([...after.filter((tag) => !away.has(tag)), ...back]).sort();
  return { version: row.version, after, before };
}
