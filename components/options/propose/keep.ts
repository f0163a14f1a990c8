import { useEffect, useRef, useState } from 'react';
import type { Me } from '../../../lib/bridge/scene.ts';
import { stages } from '../../../lib/funnel/words.ts';
import { useWorld, type World } from '../../world.tsx';
import { type Draft, row } from './draft.ts';

/** A change of the agreement that somebody began: what was typed, what it is based on, and when it was typed last (ISO). */
export interface Kept {
  draft: Draft;
  newest: number;
  /** When the version it is based on was made. */
  basedOn?: string;
  at: string;
}

const lines: Record<'terms' | 'reasons' | 'commitments', readonly string[]> = {
  terms: ['term', 'means', 'marketing', 'sales'],
  reasons: ['code', 'group', 'label', 'actor', 'effect', 'days'],
  commitments: ['id', 'team', 'text', 'measure', 'unit', 'target', 'hours', 'segment'],
};
const single = ['zone', 'holidays', 'graceHours', 'poolHours', 'attempts', 'lookBack'];

type Loose = Record<string, unknown>;
const isObject = (value: unknown): value is Loose => typeof value === 'object' && value !== null;
const hasTexts = (value: unknown, names: readonly string[]): value is Loose =>
  isObject(value) && names.every((name) => typeof value[name] === 'string');
const isList = (value: unknown, names: readonly string[]): value is Loose[] =>
  Array.isArray(value) && value.every((one) => hasTexts(one, names));

/**
 * What was kept, if the form of today can show it: another release may have had other fields. Lines get keys of their
 * own again, because those they had were counted in a page that is gone.
 */
export function keptFrom(value: unknown): Kept | undefined {
  if (!hasTexts(value, ['at']) || typeof value.newest !== 'number' || !hasTexts(value.draft, single)) return undefined;
  const { draft } = value;
  const { stages: told, hours } = draft;
  const whole =
    isObject(told) &&
    stages.every((stage) => hasTexts(told[stage], ['sentence', 'standard', 'high']) && isList(told[stage].criteria, ['id', 'text'])) &&
    hasTexts(hours, ['1', '2', '3', '4', '5', '6', '7']) &&
    typeof draft.weekStart === 'number' &&
    typeof draft.fiscalYearStart === 'number' &&
    Object.entries(lines).every(([name, names]) => isList(draft[name], names));
  if (!whole) return undefined;
  const { draft: typed, newest, basedOn, at } = value as unknown as Kept;
  const renewed: Draft = {
    ...typed,
    stages: Object.fromEntries(
      Object.entries(typed.stages).map(([stage, one]) => [stage, { ...one, criteria: one.criteria.map(row) }]),
    ) as Draft['stages'],
    terms: typed.terms.map(row),
    reasons: typed.reasons.map(row),
    commitments: typed.commitments.map(row),
  };
  return { draft: renewed, newest, ...(typeof basedOn === 'string' && { basedOn }), at };
}

const nameOf = ({ backend, workspace, id }: Me) => `agreement ${backend} ${workspace} ${id}`;

/** Writes one after the other, and of those that wait only the last: each keystroke is one. */
function writer(drafts: World['drafts'], name: string, told: (kept: boolean) => void) {
  let next: { value: Kept | undefined } | undefined;
  let busy = false;
  return async (value: Kept | undefined): Promise<void> => {
    next = { value };
    if (busy) return;
    busy = true;
    while (next) {
      const { value: now } = next;
      next = undefined;
      await drafts.set(name, now).then(
        () => told(true),
        () => told(false),
      );
    }
    busy = false;
  };
}

/**
 * What this user typed of a change and has not proposed, on this device. `kept` is undefined until it is known; `failed`
 * once the device could not keep it.
 */
export function useKept(me: Me | undefined) {
  const { drafts } = useWorld();
  const name = me && nameOf(me);
  const [kept, setKept] = useState<Kept | null>();
  const [failed, setFailed] = useState(false);
  const write = useRef<{ name: string; to: ReturnType<typeof writer> }>(undefined);
  useEffect(() => {
    let wanted = true;
    setKept(name === undefined ? null : undefined);
    if (name !== undefined)
      drafts.get(name).then(
        (value) => wanted && setKept(keptFrom(value) ?? null),
        () => wanted && setKept(null),
      );
    return () => {
      wanted = false;
    };
  }, [drafts, name]);
  const keep = (value: Kept | undefined) => {
    setKept(value ?? null);
    if (name === undefined) return;
    if (write.current?.name !== name) write.current = { name, to: writer(drafts, name, (done) => setFailed(!done)) };
    void write.current.to(value);
  };
  return { kept, keep, failed };
}
