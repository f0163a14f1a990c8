import type { SeenKey } from '../sites/site.ts';
import type { Shelf } from './shelf.ts';

/**
 * LinkedIn names one person by a vanity on a profile and by an opaque id in a conversation. Where a page shows both for
 * somebody who is a lead, the pair is kept, sealed, so that the lead is known again by the other. Of people who are no
 * leads nothing is kept.
 */
export interface Pairs {
  /** The keys, and those that are known to be the same person's. */
  with(keys: readonly SeenKey[]): Promise<readonly SeenKey[]>;
  learn(keys: readonly SeenKey[]): Promise<void>;
}
export type Pair = [member: string, vanity: string];

const most = 2_000;

export function pairs(shelf: Shelf<Pair[]>): Pairs {
  const kept = async () => (await shelf.get()) ?? [];
  return {
    async with(keys) {
      if (!keys.length || keys.some(({ kind }) => kind !== 'linkedin-member' && kind !== 'linkedin')) return keys;
      const known = await kept();
      const more = keys.flatMap(({ kind, value }): SeenKey[] =>
        known.flatMap(([member, vanity]): SeenKey[] =>
          kind === 'linkedin-member' && member === value
            ? [{ kind: 'linkedin', value: vanity }]
            : kind === 'linkedin' && vanity === value
              ? [{ kind: 'linkedin-member', value: member }]
              : [],
        ),
      );
      return [...keys, ...more.filter((one) => !keys.some(({ kind, value }) => kind === one.kind && value === one.value))];
    },
    async learn(keys) {
      const of = (wanted: SeenKey['kind']) => keys.filter(({ kind }) => kind === wanted).map(({ value }) => value);
      const [member, ...members] = of('linkedin-member');
      const [vanity, ...vanities] = of('linkedin');
      if (!member || !vanity || members.length || vanities.length) return;
      const known = await kept();
      if (known.some(([one, other]) => one === member && other === vanity)) return;
      // An opaque id is for good, a vanity may go to somebody else: the newest counts, for both.
      await shelf.set(
        [...known.filter(([one, other]) => one !== member && other !== vanity), [member, vanity] satisfies Pair].slice(-most),
      );
    },
  };
}
