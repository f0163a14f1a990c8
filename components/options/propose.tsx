import { useId, useState } from 'react';
import type { Agreement } from '../../lib/funnel/agreement.ts';
import type { Stage } from '../../lib/funnel/words.ts';
import { CallTrouble, call } from '../use-api.ts';
import { useWords } from '../words/words.tsx';
import { useWorld } from '../world.tsx';
import { SectionHead } from './page.tsx';
import { ProposeMore } from './propose-more.tsx';

const defined: readonly Stage[] = ['subscriber', 'lead', 'mql', 'sal', 'sql', 'opportunity', 'customer'];
const withCriteria: readonly Stage[] = ['mql', 'sql'];
const withClock: readonly Stage[] = ['mql', 'sal'];

/** A criterion as a line: `id: text`. A line without an id gets one of its own. */
export const criteriaText = (criteria: { id: string; text: string }[]) => criteria.map(({ id, text }) => `${id}: ${text}`).join('\n');
export function criteriaFrom(text: string): { id: string; text: string }[] {
  const used = new Set<string>();
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .map((line, i) => {
      const named = /^([a-z][a-z0-9_-]{0,31}):\s*(.+)$/.exec(line);
      let id = named?.[1] ?? `c${i + 1}`;
      while (used.has(id)) id = `${id}x`;
      used.add(id);
      return { id, text: named?.[2] ?? line };
    });
}

interface Props {
  base: Agreement;
  /** The newest version there is, which the change is based on. */
  newest: number;
  /** What the proposed one will be called: a draft keeps its number. */
  next: number;
  onDone: () => void;
  onCancel: () => void;
}

/** What teams change: what stages mean, their criteria, how fast one answers, terms, dates and goals. The rest is kept as it is. */
export function Propose({ base, newest, next, onDone, onCancel }: Props) {
  const { w } = useWords();
  const { ask } = useWorld();
  const o = w.options;
  const id = useId();
  const [draft, setDraft] = useState(base);
  const [criteria, setCriteria] = useState<Partial<Record<Stage, string>>>(() =>
    Object.fromEntries(withCriteria.map((s) => [s, criteriaText(base.stages[s]?.criteria ?? [])])),
  );
  const [wrong, setWrong] = useState<string>();
  const hoursWrong =
    withClock.some((s) => !(Number(draft.allowed[s]?.standard) > 0) || !(Number(draft.allowed[s]?.high) > 0)) ||
    !(draft.escalation.graceHours >= 0) ||
    !(draft.escalation.poolHours >= 0);
  const setSentence = (stage: Stage, sentence: string) =>
    setDraft({ ...draft, stages: { ...draft.stages, [stage]: { criteria: draft.stages[stage]?.criteria ?? [], sentence } } });
  const setHours = (stage: Stage, intent: 'standard' | 'high', value: number) =>
    setDraft({ ...draft, allowed: { ...draft.allowed, [stage]: { standard: 0, high: 0, ...draft.allowed[stage], [intent]: value } } });
  const propose = () => {
    const stages = { ...draft.stages };
    for (const stage of withCriteria)
      stages[stage] = { sentence: stages[stage]?.sentence ?? '', criteria: criteriaFrom(criteria[stage] ?? '') };
    setWrong(undefined);
    call(ask, { route: 'proposeAgreement', body: { ...draft, stages, version: newest } }).then(onDone, (error) =>
      setWrong(error instanceof CallTrouble ? error.message : w.failed),
    );
  };
  const number = (label: string, value: number, onChange: (value: number) => void, least = 0.5) => (
    <label className="number">
      <span className="label">{label}</span>
      <input
        type="number"
        className="field n"
        min={least}
        step="any"
        value={Number.isNaN(value) ? '' : value}
        onChange={(e) => onChange(e.target.valueAsNumber)}
      />
    </label>
  );
  return (
    <>
      <SectionHead title={o.editAgreement} text={o.editText} />
      <div className="propose">
        {defined.map((stage) => (
          <div key={stage}>
            <label className="label" htmlFor={`${id}-${stage}`}>
              {o.sentenceOf(w.stage[stage])}
            </label>
            <input
              id={`${id}-${stage}`}
              className="field"
              dir="auto"
              maxLength={400}
              value={draft.stages[stage]?.sentence ?? ''}
              onChange={(e) => setSentence(stage, e.target.value)}
            />
            {withCriteria.includes(stage) && (
              <>
                <label className="label" htmlFor={`${id}-${stage}-criteria`}>
                  {o.criteriaOf(w.stage[stage])}
                </label>
                <textarea
                  id={`${id}-${stage}-criteria`}
                  className="field"
                  rows={2}
                  value={criteria[stage] ?? ''}
                  onChange={(e) => setCriteria({ ...criteria, [stage]: e.target.value })}
                />
              </>
            )}
            {withClock.includes(stage) && (
              <div className="numbers">
                {number(o.hoursStandard(w.stage[stage]), draft.allowed[stage]?.standard ?? Number.NaN, (v) =>
                  setHours(stage, 'standard', v),
                )}
                {number(o.hoursHigh(w.stage[stage]), draft.allowed[stage]?.high ?? Number.NaN, (v) => setHours(stage, 'high', v))}
              </div>
            )}
          </div>
        ))}
        <div className="numbers">
          {number(
            o.graceHours,
            draft.escalation.graceHours,
            (graceHours) => setDraft({ ...draft, escalation: { ...draft.escalation, graceHours } }),
            0,
          )}
          {number(
            o.poolHours,
            draft.escalation.poolHours,
            (poolHours) => setDraft({ ...draft, escalation: { ...draft.escalation, poolHours } }),
            0,
          )}
          {number(
            o.attemptsNeeded,
            draft.attemptsBeforeUnresponsive,
            (attemptsBeforeUnresponsive) => setDraft({ ...draft, attemptsBeforeUnresponsive }),
            1,
          )}
        </div>
        <ProposeMore draft={draft} onChange={setDraft} />
      </div>
      {hoursWrong && <p className="help wrong">{o.mustBeNumber}</p>}
      {wrong && (
        <p className="help wrong" role="alert">
          {wrong}
        </p>
      )}
      <div className="row propose-acts">
        <button type="button" className="btn main" disabled={hoursWrong} onClick={propose}>
          {o.proposeSave(next)}
        </button>
        <button type="button" className="btn plain" onClick={onCancel}>
          {w.cancel}
        </button>
      </div>
    </>
  );
}
