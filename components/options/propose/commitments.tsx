import { useId } from 'react';
import { type Measure, measures } from '../../../lib/funnel/measures.ts';
import type { Team } from '../../../lib/funnel/words.ts';
import { useApi } from '../../use-api.ts';
import { useWords } from '../../words/words.tsx';
import { RecordOf } from '../record.tsx';
import { type CommitmentDraft, type Draft, nameFor, number, row, unitOf } from './draft.ts';
import { Choose, Text } from './field.tsx';
import { Add, Remove } from './stages.tsx';

/** What both teams promise one another. A promise that is counted says by what; others are kept by word alone. */
export function CommitmentsForm({ draft, set }: { draft: Draft; set: (part: Partial<Draft>) => void }) {
  const { w, f } = useWords();
  const a = w.agree;
  const { commitments } = draft;
  const change = (key: number, part: Partial<CommitmentDraft>) =>
    set({ commitments: commitments.map((one) => (one.key === key ? { ...one, ...part } : one)) });
  const measuresOf = (team: Team) => (Object.keys(measures) as Measure[]).filter((name) => measures[name].team === team);
  const list = useId();
  const segments = useApi<{ items: { segment: string; people: number }[] }>({ route: 'segments' });
  // A segment that nobody is in yet can be typed all the same.
  const known = (
    <datalist id={list}>
      {segments.state === 'here' &&
        segments.value.items.map((one) => <option key={one.segment} value={one.segment} label={f.number(one.people)} />)}
    </datalist>
  );
  return (['marketing', 'sales'] as const).map((side) => (
    <section key={side}>
      {side === 'marketing' && known}
      <h3>{w.team[side]}</h3>
      {commitments.map(({ key, team, text, measure, unit, target, hours, segment }, i) => {
        const at = `/commitments/${i}`;
        if (team !== side) return null;
        const known: readonly string[] = measuresOf(side);
        return (
          // biome-ignore lint/a11y/useSemanticElements: a fieldset's legend would stand outside the grid
          <div
            key={key}
            className="propose-part propose-grid"
            role="group"
            aria-label={a.commitmentOne(w.team[side], text || String(i + 1))}
          >
            <Text
              at={`${at}/text`}
              className="wide"
              label={w.options.promises}
              most={1000}
              value={text}
              onChange={(text) => change(key, { text })}
            />
            <Choose
              at={`${at}/measure`}
              label={a.measure}
              value={known.includes(measure) ? measure : ''}
              items={[
                ...measuresOf(side).map((value) => ({ value: value as string, label: a.measures[value] })),
                { value: '', label: a.wordOnly },
              ]}
              onChange={(next) => change(key, { measure: next, unit: unitOf(next, unit) })}
            />
            <Choose
              at={`${at}/unit`}
              label={a.unit}
              value={unit}
              disabled={known.includes(measure)}
              items={(['share', 'count'] as const).map((value) => ({ value, label: a.units[value] }))}
              onChange={(unit) => change(key, { unit })}
            />
            <Text
              number
              at={`${at}/target`}
              label={unit === 'share' ? a.goalShare : a.goalCount}
              value={target}
              onChange={(target) => change(key, { target })}
            />
            <Text number at={`${at}/hours`} label={a.withinHours} value={hours} onChange={(hours) => change(key, { hours })} />
            <Text
              at={`${at}/segment`}
              label={a.onlySegment}
              most={80}
              list={list}
              value={segment}
              onChange={(segment) => change(key, { segment })}
            />
            {known.includes(measure) && (
              <div className="record-of">
                <span className="label">{a.record}</span>
                <RecordOf
                  measure={measure as Measure}
                  hours={hours}
                  segment={segment}
                  {...(Number.isFinite(number(target)) && { target: number(target) / (unit === 'share' ? 100 : 1) })}
                />
              </div>
            )}
            <Remove what={text} onRemove={() => set({ commitments: commitments.filter((one) => one.key !== key) })} />
          </div>
        );
      })}
      <Add
        label={a.addCommitment(w.team[side])}
        onAdd={() =>
          set({
            commitments: [
              ...commitments,
              row({
                id: nameFor(
                  `${side}-promise`,
                  commitments.map(({ id }) => id),
                  '-',
                ),
                team: side,
                text: '',
                measure: '',
                unit: 'share' as const,
                target: '',
                hours: '',
                segment: '',
              }),
            ],
          })
        }
      />
    </section>
  ));
}
