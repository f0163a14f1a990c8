import { useId, useState } from 'react';
import type { Agreement, Term } from '../../lib/funnel/agreement.ts';
import { reasonLabel } from '../card/reason.ts';
import { useWords } from '../words/words.tsx';

const words = (text = ''): string[] =>
  text
    .split(',')
    .map((word) => word.trim())
    .filter(Boolean);

/** A term as a line: the word | what it means | marketing's words | sales' words. */
export const termsText = (terms: readonly Term[]): string =>
  terms.map(({ term, means, synonyms }) => [term, means, synonyms.marketing.join(', '), synonyms.sales.join(', ')].join(' | ')).join('\n');
export const termsFrom = (text: string): Term[] =>
  text
    .split('\n')
    .map((line) => line.split('|').map((part) => part.trim()))
    .filter(([term]) => term)
    .map(([term = '', means = '', marketing, sales]) => ({ term, means, synonyms: { marketing: words(marketing), sales: words(sales) } }));
export const linesFrom = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);

/** Terms, reasons, holidays and goals: changed less often, and by the same proposal. */
export function ProposeMore({ draft, onChange }: { draft: Agreement; onChange: (draft: Agreement) => void }) {
  const { w } = useWords();
  const a = w.agree;
  const id = useId();
  const [terms, setTerms] = useState(() => termsText(draft.terms));
  const [holidays, setHolidays] = useState(() => draft.calendar.holidays.join('\n'));
  const setWake = (code: string, days: number) =>
    onChange({ ...draft, reasons: draft.reasons.map((one) => (one.code === code ? { ...one, wake: { days } } : one)) });
  const setGoal = (of: string, target: number) =>
    onChange({ ...draft, commitments: draft.commitments.map((one) => (one.id === of ? { ...one, target } : one)) });
  const number = (label: string, value: number, change: (value: number) => void, most?: number) => (
    <label key={label} className="number">
      <span className="label">{label}</span>
      <input
        type="number"
        className="field n"
        min={1}
        max={most}
        value={Number.isNaN(value) ? '' : value}
        onChange={(e) => change(e.target.valueAsNumber)}
      />
    </label>
  );
  const percent = (share: number) => Math.round(share * 1000) / 10;
  return (
    <>
      <div>
        <label className="label" htmlFor={`${id}-terms`}>
          {a.editTerms} <span className="quiet">{w.joint.trimStart() + a.editTermsHint}</span>
        </label>
        <textarea
          id={`${id}-terms`}
          className="field"
          rows={6}
          value={terms}
          onChange={(e) => {
            setTerms(e.target.value);
            onChange({ ...draft, terms: termsFrom(e.target.value) });
          }}
        />
      </div>
      <fieldset>
        <legend className="label">{a.editReasons}</legend>
        <div className="numbers">
          {draft.reasons.flatMap((reason) =>
            typeof reason.wake === 'object'
              ? number(reasonLabel(reason, w), reason.wake.days, (days) => setWake(reason.code, days), 1825)
              : [],
          )}
        </div>
      </fieldset>
      <fieldset>
        <legend className="label">{a.editGoals}</legend>
        <div className="numbers">
          {draft.commitments.map(({ id: of, text, team, target, unit }) =>
            unit === 'share'
              ? number(a.goalOf(w.team[team], text, '%'), percent(target), (value) => setGoal(of, value / 100), 100)
              : number(a.goalOf(w.team[team], text, '#'), target, (value) => setGoal(of, value)),
          )}
        </div>
      </fieldset>
      <div>
        <label className="label" htmlFor={`${id}-holidays`}>
          {a.editHolidays}
        </label>
        <textarea
          id={`${id}-holidays`}
          className="field"
          rows={3}
          value={holidays}
          onChange={(e) => {
            setHolidays(e.target.value);
            onChange({ ...draft, calendar: { ...draft.calendar, holidays: linesFrom(e.target.value) } });
          }}
        />
      </div>
    </>
  );
}
