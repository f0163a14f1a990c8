import { type Stage, stages } from '../../../lib/funnel/words.ts';
import { Icon } from '../../icons.tsx';
import { useWords } from '../../words/words.tsx';
import { type Draft, nameFor, row, type StageDraft } from './draft.ts';
import { Text } from './field.tsx';

/** What each stage means, its criteria, and how long one may take at it. */
export function Stages({ draft, set }: { draft: Draft; set: (part: Partial<Draft>) => void }) {
  const { w } = useWords();
  const change = (stage: Stage, part: Partial<StageDraft>) =>
    set({ stages: { ...draft.stages, [stage]: { ...draft.stages[stage], ...part } } });
  return stages.map((stage) => (
    <OneStage key={stage} stage={stage} name={w.stage[stage]} of={draft.stages[stage]} set={(part) => change(stage, part)} />
  ));
}

function OneStage({ stage, name, of, set }: { stage: Stage; name: string; of: StageDraft; set: (part: Partial<StageDraft>) => void }) {
  const { w } = useWords();
  const a = w.agree;
  const { sentence, criteria, standard, high } = of;
  return (
    <fieldset className="propose-part">
      <legend className="strong">{name}</legend>
      <Text
        at={`/stages/${stage}/sentence`}
        label={w.options.sentenceOf(name)}
        most={1000}
        value={sentence}
        onChange={(sentence) => set({ sentence })}
      />
      {criteria.map(({ key, id, text }, i) => (
        <div key={key} className="row propose-line">
          <Text
            at={`/stages/${stage}/criteria/${i}/text`}
            className="grow"
            label={a.criterion(name, i + 1)}
            most={1000}
            value={text}
            onChange={(text) => set({ criteria: criteria.map((one) => (one.key === key ? { ...one, text } : one)) })}
          />
          <Remove what={text || id} onRemove={() => set({ criteria: criteria.filter((one) => one.key !== key) })} />
        </div>
      ))}
      <Add
        label={a.addCriterion(name)}
        onAdd={() => {
          const id = nameFor(
            'c',
            criteria.map((one) => one.id),
            '-',
          );
          set({ criteria: [...criteria, row({ id, text: '' })] });
        }}
      />
      <div className="numbers">
        <Text
          number
          at={`/allowed/${stage}/standard`}
          label={w.options.hoursStandard(name)}
          value={standard}
          onChange={(standard) => set({ standard })}
        />
        <Text number at={`/allowed/${stage}/high`} label={w.options.hoursHigh(name)} value={high} onChange={(high) => set({ high })} />
      </div>
    </fieldset>
  );
}

export function Add({ label, onAdd }: { label: string; onAdd: () => void }) {
  return (
    <button type="button" className="btn small propose-add" onClick={onAdd}>
      <Icon name="plus" />
      {label}
    </button>
  );
}

export function Remove({ what, onRemove }: { what: string; onRemove: () => void }) {
  const { w } = useWords();
  return (
    <button type="button" className="btn small plain propose-remove" aria-label={w.agree.removeOne(what)} onClick={onRemove}>
      {w.agree.remove}
    </button>
  );
}
