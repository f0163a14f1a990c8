import { prefixBits, prefixLimit } from './tag.ts';

/**
 * The lead set: which prefixes of keyed tags are known, so that everybody else is told apart without a request.
 * In memory a sorted `Float64Array` of 40-bit numbers; on the wire `application/vnd.baton.leadset`:
 *
 *     "BTNL"  u8 format  u8 bits  u32 kid  u64 from  u64 to  u32 adds  u32 removals  32 bytes SHA-256
 *     LEB128 gaps of the adds · LEB128 gaps of the removed indices
 *
 * Integers are big-endian. A gap is a number minus the one before it, the first minus 0. Removed indices refer to the
 * set before the change and are applied first. The checksum is over the resulting set as 5-byte big-endian numbers.
 * A snapshot has `from` 0 and removes nothing.
 */
export const mediaType = 'application/vnd.baton.leadset';
export const headerBytes = 66;
const magic = [0x42, 0x54, 0x4e, 0x4c];
const format = 1;

export const leadSetErrors = [
  'bad-magic',
  'unsupported',
  'truncated',
  'rolled-back',
  'wrong-base',
  'wrong-kid',
  'too-many',
  'malformed',
  'checksum',
] as const;
export type LeadSetErrorCode = (typeof leadSetErrors)[number];
export class LeadSetError extends Error {
  readonly code: LeadSetErrorCode;
  constructor(code: LeadSetErrorCode, message: string) {
    super(message);
    this.name = 'LeadSetError';
    this.code = code;
  }
}

/** One decoded message; `from` 0 is a snapshot. `adds` ascending, `removals` ascending indices. */
export interface Delta {
  kid: number;
  from: number;
  to: number;
  adds: Float64Array;
  removals: Uint32Array;
  checksum: Uint8Array;
}

export interface Limits {
  /** Most tags the set may ever have. Also bounds the memory used for decoding. */
  maxTags: number;
  /** The key the receiver tags with; another one makes the set useless. */
  kid?: number;
  /** The version the receiver has: nothing older is taken, and a delta must start there. */
  have?: number;
}

export async function encodeSnapshot({ kid, to, tags }: { kid: number; to: number; tags: Float64Array }): Promise<Uint8Array<ArrayBuffer>> {
  return encode({ kid, from: 0, to, adds: tags, removals: new Uint32Array(0), checksum: await checksumOf(tags) });
}

/** The change from one sorted set to another. */
export async function encodeDelta(change: {
  kid: number;
  from: number;
  to: number;
  before: Float64Array;
  after: Float64Array;
}): Promise<Uint8Array<ArrayBuffer>> {
  const { kid, from, to, before, after } = change;
  const adds: number[] = [];
  const removals: number[] = [];
  let i = 0;
  let j = 0;
  while (i < before.length || j < after.length) {
    const b = i < before.length ? before[i]! : Number.POSITIVE_INFINITY;
    const a = j < after.length ? after[j]! : Number.POSITIVE_INFINITY;
    if (b === a) {
      i++;
      j++;
    } else if (b < a) removals.push(i++);
    else {
      adds.push(a);
      j++;
    }
  }
  return encode({ kid, from, to, adds: Float64Array.from(adds), removals: Uint32Array.from(removals), checksum: await checksumOf(after) });
}

function encode({ kid, from, to, adds, removals, checksum }: Delta): Uint8Array<ArrayBuffer> {
  const room = new Uint8Array(headerBytes + adds.length * 6 + removals.length * 5);
  const view = new DataView(room.buffer);
  room.set(magic, 0);
  view.setUint8(4, format);
  view.setUint8(5, prefixBits);
  view.setUint32(6, kid);
  view.setBigUint64(10, BigInt(from));
  view.setBigUint64(18, BigInt(to));
  view.setUint32(26, adds.length);
  view.setUint32(30, removals.length);
  room.set(checksum, 34);
  let at = headerBytes;
  const gaps = (numbers: Float64Array | Uint32Array): void => {
    let before = 0;
    for (let i = 0; i < numbers.length; i++) {
      const number = numbers[i]!;
      if (!Number.isInteger(number) || number < 0 || number >= prefixLimit || (i > 0 && number <= before))
        throw new RangeError('Lead set numbers must be whole, ascend without doubles, and be below 2^40.');
      let gap = number - before;
      before = number;
      // Division, because 40 bits do not fit the bit operators.
      while (gap >= 128) {
        room[at++] = (gap % 128) + 128;
        gap = Math.floor(gap / 128);
      }
      room[at++] = gap;
    }
  };
  gaps(adds);
  gaps(removals);
  return room.slice(0, at);
}

/**
 * Reads one message. Memory is bounded by `maxTags` and by the length of the input, whatever the header claims.
 * @throws LeadSetError with every code but `checksum`
 */
export function decode(bytes: Uint8Array, limits: Limits): Delta {
  const wrong = (code: LeadSetErrorCode, message: string): never => {
    throw new LeadSetError(code, message);
  };
  for (let i = 0; i < Math.min(magic.length, bytes.length); i++) if (bytes[i] !== magic[i]) wrong('bad-magic', 'This is no lead set.');
  if (bytes.length < headerBytes) wrong('truncated', `The header needs ${headerBytes} bytes, ${bytes.length} came.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint8(4) !== format) wrong('unsupported', `Format ${view.getUint8(4)} is not known here; only ${format} is.`);
  if (view.getUint8(5) !== prefixBits)
    wrong('unsupported', `Prefixes of ${view.getUint8(5)} bits are not known here; only ${prefixBits} are.`);
  const kid = view.getUint32(6);
  const version = (offset: number): number => {
    const value = view.getBigUint64(offset);
    return value > BigInt(Number.MAX_SAFE_INTEGER) ? wrong('malformed', 'A version is too large.') : Number(value);
  };
  const from = version(10);
  const to = version(18);
  const adds = view.getUint32(26);
  const removals = view.getUint32(30);

  if (limits.kid !== undefined && kid !== limits.kid) wrong('wrong-kid', `Made with key ${kid}, not with ${limits.kid}.`);
  if (to < from || to === 0 || (from > 0 && to === from)) wrong('rolled-back', `Goes from version ${from} to ${to}.`);
  if (limits.have !== undefined) {
    if (to < limits.have) wrong('rolled-back', `Version ${to} is older than ${limits.have}, which is here.`);
    if (from !== 0 && from !== limits.have) wrong('wrong-base', `Starts at version ${from}; ${limits.have} is here.`);
  }
  if (adds > limits.maxTags || removals > limits.maxTags)
    wrong('too-many', `${Math.max(adds, removals)} entries; ${limits.maxTags} are allowed.`);
  if (from === 0 && removals > 0) wrong('malformed', 'A snapshot removes nothing.');
  // Every number takes a byte at least: a count that the input cannot hold reserves nothing.
  if (adds + removals > bytes.length - headerBytes) wrong('truncated', `${adds + removals} entries do not fit in ${bytes.length} bytes.`);

  let at = headerBytes;
  const gap = (most: number): number => {
    let value = 0;
    for (let scale = 1, i = 0; ; i++, scale *= 128) {
      if (at >= bytes.length) wrong('truncated', 'It ends inside a number.');
      const byte = bytes[at++]!;
      value += (byte % 128) * scale;
      if (value >= most) wrong('malformed', 'A number is too large.');
      if (byte < 128) return byte === 0 && i > 0 ? wrong('malformed', 'A number is written with needless bytes.') : value;
      if (i >= 5) wrong('malformed', 'A number is too long.');
    }
  };
  const read = (into: Float64Array | Uint32Array, most: number): void => {
    let before = 0;
    for (let i = 0; i < into.length; i++) {
      const step = gap(most);
      if (i > 0 && step === 0) wrong('malformed', 'A number stands twice.');
      before += step;
      if (before >= most) wrong('malformed', 'A number is too large.');
      into[i] = before;
    }
  };
  const delta: Delta = {
    kid,
    from,
    to,
    adds: new Float64Array(adds),
    removals: new Uint32Array(removals),
    checksum: bytes.slice(34, headerBytes),
  };
  read(delta.adds, prefixLimit);
  read(delta.removals, limits.maxTags);
  if (at !== bytes.length) wrong('malformed', `${bytes.length - at} bytes stand after the end.`);
  return delta;
}

/**
 * The set after the change; a snapshot replaces it. `set` is not touched.
 * @throws LeadSetError `malformed` when an index or an add does not fit the set, `too-many`, `checksum`: discard and refetch
 */
export async function apply(
  set: Float64Array,
  delta: Delta,
  limits: Pick<Limits, 'maxTags'> = { maxTags: 0xffffffff },
): Promise<Float64Array<ArrayBuffer>> {
  const base = delta.from === 0 ? new Float64Array(0) : set;
  const { adds, removals } = delta;
  const size = base.length - removals.length + adds.length;
  if (removals.length > 0 && removals.at(-1)! >= base.length) throw new LeadSetError('malformed', 'It removes what is not there.');
  if (size > limits.maxTags) throw new LeadSetError('too-many', `${size} tags; ${limits.maxTags} are allowed.`);
  const next = new Float64Array(size);
  let r = 0;
  let a = 0;
  let n = 0;
  for (let i = 0; i < base.length; i++) {
    if (r < removals.length && removals[r] === i) {
      r++;
      continue;
    }
    const tag = base[i]!;
    while (a < adds.length && adds[a]! < tag) next[n++] = adds[a++]!;
    if (a < adds.length && adds[a] === tag) throw new LeadSetError('malformed', 'It adds what is there already.');
    next[n++] = tag;
  }
  while (a < adds.length) next[n++] = adds[a++]!;
  const sum = await checksumOf(next);
  if (sum.some((byte, i) => byte !== delta.checksum[i]))
    throw new LeadSetError('checksum', 'The resulting set is not the one that was meant.');
  return next;
}

/** SHA-256 over the sorted tags, 5 bytes big-endian each. */
export async function checksumOf(tags: Float64Array): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(tags.length * 5);
  for (let i = 0, at = 0; i < tags.length; i++) {
    const tag = tags[i]!;
    const low = tag % 0x1_0000_0000;
    bytes[at++] = (tag - low) / 0x1_0000_0000;
    bytes[at++] = low >>> 24;
    bytes[at++] = low >>> 16;
    bytes[at++] = low >>> 8;
    bytes[at++] = low;
  }
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}

/** Whether the prefix is in the sorted set. Tags are spread evenly, so a guess by value mostly lands beside it. */
export function has(set: Float64Array, prefix: number): boolean {
  let lo = 0;
  let hi = set.length - 1;
  for (let step = 0; lo <= hi; step++) {
    const low = set[lo]!;
    const high = set[hi]!;
    if (prefix < low || prefix > high) return false;
    // After a few guesses halve instead, so that no set, however crooked, takes more than a few dozen steps.
    const guess = step < 4 && high > low ? lo + Math.floor(((prefix - low) / (high - low)) * (hi - lo)) : (lo + hi) >> 1;
    const found = set[guess]!;
    if (found === prefix) return true;
    if (found < prefix) lo = guess + 1;
    else hi = guess - 1;
  }
  return false;
}
