import { setImmediate } from 'node:timers/promises';
import { type RawBuilder, sql } from 'kysely';
import { type Channel, channels } from '../../../lib/funnel/words.ts';
import { instantWidth, readInstant } from './packed.ts';
import { of as among } from './passages.ts';
import type { Question, Which } from './question.ts';

/**
 * Active touches as numbers: reports on years read most of what there is, and a row, a name and an id for each touch
 * would take most of their time on the way from the store.
 */

/** What touches are counted for, by number: the campaigns first, then a channel each for touches of no campaign. */
export interface Marks {
  campaigns: { id: string; name: string; channel: Channel }[];
  /** Place in `channels` of what has this number. */
  channelOf: Uint8Array;
  /** These bytes (the first is 1) tell a campaign's id from all others, and from a channel's number. */
  from: number;
  width: number;
  numberOf: ReadonlyMap<number, number>;
}

/** Of one person, in the order of time: when (epoch ms), and the number of what each is of. The first `n` count. */
export interface Touches {
  n: number;
  at: Float64Array;
  of: Uint32Array;
}

/** Bytes of an id that are enough to tell it from others, the fewest first; more than six are no exact number. */
const widths = [2, 4, 6];
/** People whose touches are in memory at one time, and once more while they are on their way. */
const batch = 2000;

export async function marks({ trx, workspace }: Question): Promise<Marks> {
  const campaigns = await trx.selectFrom('campaign').select(['id', 'name', 'channel']).where('workspace', '=', workspace).execute();
  const place = (channel: Channel) => channels.indexOf(channel);
  const ids = campaigns.map(({ id }) => Buffer.from(id.replaceAll('-', ''), 'hex'));
  // The end of an id is random. With few campaigns two bytes of it nearly always do.
  for (const width of widths)
    for (let from = 17 - width; from >= 1; from -= width) {
      const keys = [...ids.map((bytes) => bytes.readIntBE(from - 1, width)), ...channels.keys()];
      const numberOf = new Map(keys.map((key, number) => [key, number]));
      if (numberOf.size < keys.length) continue;
      const channelOf = Uint8Array.from([...campaigns.map(({ channel }) => place(channel)), ...channels.keys()]);
      return { campaigns, channelOf, from, width, numberOf };
    }
  throw new Error('Two campaigns have ids that no part tells apart.');
}

/** The number of the campaign, or `undefined` of a touch of none. */
export const campaignOf = ({ campaigns }: Marks, number: number): number | undefined => (number < campaigns.length ? number : undefined);

/** Which of the campaigns engaged one of these leads between two instants. */
export async function reaching(
  { trx, workspace, asOf }: Question,
  campaigns: readonly string[],
  which: Pick<Which, 'owner' | 'origin' | 'segment'>,
  since: string,
  until: string,
): Promise<ReadonlySet<string>> {
  const w = sql`${workspace}::uuid`;
  const { rows } = await sql<{ id: string }>`
    select c.id from campaign c where c.workspace = ${w} and c.id = any (${[...campaigns]}::uuid[]) and exists (
      select from touch t where t.workspace = ${w} and t.campaign = c.id and t.active and t.at >= ${since}::timestamptz
        and t.at < ${until}::timestamptz and t.at <= ${asOf}::timestamptz ${among(w, sql`t`, which)})`.execute(trx);
  return new Set(rows.map(({ id }) => id));
}

/** Some people at a time, as conditions on `person`. Neighbours in the index are read together. */
export type Stretches = readonly RawBuilder<unknown>[];

export function these(people: readonly string[]): Stretches {
  const sorted = [...people].sort();
  const stretches: RawBuilder<unknown>[] = [];
  for (let i = 0; i < sorted.length; i += batch) stretches.push(sql`person = any (${sorted.slice(i, i + batch)}::uuid[])`);
  return stretches;
}

/** Everybody there is, without a word of who that is; and about how many they are. */
export async function everybody({ trx, workspace }: Question): Promise<{ stretches: Stretches; people: number }> {
  const { rows } = await sql<{ id: string }>`
    select id from (select id, row_number() over (order by id) as n from person where workspace = ${workspace}::uuid) as one
    where n % ${batch}::integer = 1 order by id`.execute(trx);
  const stretches = rows.map(({ id }, i) => {
    const next = rows[i + 1]?.id;
    return sql`person >= ${id}::uuid ${next === undefined ? sql`` : sql`and person < ${next}::uuid`}`;
  });
  return { stretches, people: rows.length * batch };
}

/**
 * Touches of these people from `since` to before `until`, some people at a time; who has none is left out. Each is to be
 * read before the next is asked for: they are unpacked into the same place.
 */
export async function* touchesOf(
  { trx, workspace }: Question,
  { from, width, numberOf }: Marks,
  stretches: Stretches,
  since: string,
  until: string,
): AsyncGenerator<Iterable<[person: string, Touches]>> {
  const channel = sql`substring(int8send(coalesce(array_position(${[...channels]}::text[], channel), ${channels.length}) - 1) from ${8 - width + 1})`;
  const packed: RawBuilder<unknown> = sql`
    string_agg(timestamptz_send(at) || coalesce(substring(uuid_send(campaign) from ${from}::integer for ${width}::integer), ${channel}), '' order by at, id)`;
  const read = (some: RawBuilder<unknown> | undefined) =>
    some &&
    sql<{ person: string; touches: Buffer }>`
      select person, ${packed} as touches from touch
      where workspace = ${workspace}::uuid and ${some} and active and at >= ${since}::timestamptz and at < ${until}::timestamptz
      group by person`.execute(trx);
  const into: Touches = { n: 0, at: new Float64Array(64), of: new Uint32Array(64) };
  function* unpacked(rows: readonly { person: string; touches: Buffer }[]): Generator<[string, Touches]> {
    for (const { person, touches } of rows) {
      unpack(touches, width, numberOf, into);
      yield [person, into];
    }
  }
  let coming = read(stretches[0]);
  for (let i = 0; coming; i++) {
    const { rows } = await coming;
    // While these are counted here, the store reads the next: its question has to leave before, in a turn of its own.
    coming = read(stretches[i + 1]);
    coming?.catch(() => undefined);
    await setImmediate();
    yield unpacked(rows);
  }
}

function unpack(bytes: Buffer, width: number, numberOf: ReadonlyMap<number, number>, into: Touches): void {
  const each = instantWidth + width;
  into.n = bytes.length / each;
  if (into.n > into.at.length) {
    into.at = new Float64Array(2 * into.n);
    into.of = new Uint32Array(2 * into.n);
  }
  for (let i = 0, place = 0; i < into.n; i++, place += each) {
    into.at[i] = readInstant(bytes, place);
    into.of[i] = numberOf.get(bytes.readIntBE(place + instantWidth, width))!;
  }
}
