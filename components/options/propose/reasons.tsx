import type { Reason, ReasonGroup } from '../../../lib/funnel/agreement.ts';
import { reasonLabel } from '../../card/reason.ts';
import { useWords } from '../../words/words.tsx';
import { type Draft, effects, nameFor, type ReasonDraft, type Row, row } from './draft.ts';
import { Choose, Text, useFaults, Wrong } from './field.tsx';
import { Add, Remove } from './stages.tsx';

const groups: readonly ReasonGroup[] = ['timing', 'interest', 'fit', 'invalid', 'data', 'other'];
const actors: readonly Reason['actor'][] = [
  'nurture',
  'scoring',
  'targeting',
  'product',
  'suppression',
  'enrichment',
  'operations',
  'review',
];

/** Why a lead goes back: what that does, who at marketing can act on it, and which can no longer be chosen. */
export function Reasons({ draft, set }: { draft: Draft; set: (part: Partial<Draft>) => void }) {
  const { w } = useWords();
  const { reasons } = draft;
  const change = (key: number, part: Partial<ReasonDraft>) =>
    set({ reasons: reasons.map((one) => (one.key === key ? { ...one, ...part } : one)) });
  const codes = reasons.map(({ code }) => code);
  return (
    <>
      <Wrong faults={useFaults('/reasons')} />
      {reasons.map((reason, i) => (
        <OneReason
          key={reason.key}
          reason={reason}
          at={`/reasons/${i}`}
          codes={codes}
          set={(part) => change(reason.key, part)}
          onRemove={() => set({ reasons: reasons.filter(({ key }) => key !== reason.key) })}
        />
      ))}
      <Add
        label={w.agree.addReason}
        onAdd={() =>
          set({
            reasons: [
              ...reasons,
              row({ code: '', group: 'other', label: '', effect: 'days', days: '90', actor: 'review', fresh: true } satisfies ReasonDraft),
            ],
          })
        }
      />
    </>
  );
}

function OneReason(props: {
  reason: Row<ReasonDraft>;
  at: string;
  codes: readonly string[];
  set: (part: Partial<ReasonDraft>) => void;
  onRemove: () => void;
}) {
  const { reason, at, codes, set, onRemove } = props;
  const { w } = useWords();
  const a = w.agree;
  const codeFaults = useFaults(`${at}/code`);
  const { code, label, group, effect, days, actor, needsAttempts, needsNote, retired, fresh } = reason;
  // A shipped reason stands in the language of the screen until somebody changes its words.
  const shown = reasonLabel({ ...reason, outcome: 'recycled', wake: 'at_once' }, w);
  const others = codes.filter((one) => one !== code);
  const flag = (name: 'needsAttempts' | 'needsNote' | 'retired', on: boolean | undefined, words: string) => (
    <label className="tick">
      <input type="checkbox" checked={on === true} onChange={(event) => set({ [name]: event.target.checked || undefined })} />
      <span>{words}</span>
    </label>
  );
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset's legend would stand outside the grid
    <div className="propose-part propose-grid" role="group" aria-label={a.reasonOne(shown || code)}>
      <Text
        at={`${at}/label`}
        label={w.options.reason}
        most={200}
        value={shown}
        onChange={(next) =>
          set({ label: next, ...(fresh && (code === '' || code === nameFor(label, others, '_')) && { code: nameFor(next, others, '_') }) })
        }
      />
      {fresh ? (
        <Text at={`${at}/code`} label={a.code} most={40} value={code} onChange={(code) => set({ code })} />
      ) : (
        <div>
          <span className="label">{a.code}</span>
          <code className="propose-code">{code}</code>
          <Wrong faults={codeFaults} />
        </div>
      )}
      <Choose
        at={`${at}/wake`}
        label={a.effect}
        value={effect}
        items={effects.map((value) => ({ value, label: a.effects[value] }))}
        onChange={(effect) => set({ effect })}
      />
      {effect === 'days' ? <Text number at={`${at}/wake/days`} label={a.days} value={days} onChange={(days) => set({ days })} /> : <span />}
      <Choose
        at={`${at}/actor`}
        label={a.actor}
        value={actor}
        items={actors.map((value) => ({ value, label: w.entry.actor[value] }))}
        onChange={(actor) => set({ actor })}
      />
      <Choose
        at={`${at}/group`}
        label={a.group}
        value={group}
        disabled={!fresh}
        items={groups.map((value) => ({ value, label: a.groups[value] }))}
        onChange={(group) => set({ group })}
      />
      <div className="wide propose-flags">
        {flag('needsAttempts', needsAttempts, a.needsAttempts)}
        {flag('needsNote', needsNote, a.needsNote)}
        {!fresh && flag('retired', retired, a.retire)}
      </div>
      {fresh && <Remove what={label} onRemove={onRemove} />}
    </div>
  );
}
