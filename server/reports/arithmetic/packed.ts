/** Bytes of what `timestamptz_send` makes of an instant: microseconds since 2000. */
export const instantWidth = 8;
const since2000 = Date.UTC(2000, 0, 1);

/** Epoch ms. */
export const readInstant = (bytes: Buffer, place: number): number =>
  (bytes.readInt32BE(place) * 2 ** 32 + bytes.readUInt32BE(place + 4)) / 1000 + since2000;
