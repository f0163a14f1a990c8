import { useId, useState } from 'react';
import type { Agreement, Reason } from '../../lib/funnel/agreement.ts';
import { businessCalendar } from '../../lib/funnel/calendar.ts';
import { choosable, type Effect, effectOf, returnKind } from '../../lib/funnel/reasons.ts';
import { Segments, useArrows } from '../parts/segments.tsx';
import { ActButton } from '../trust.tsx';
import { fill, useWords } from '../words/words.tsx';
import { useDoing } from './doing.tsx';
import { PanelHead } from './panel.tsx';
import { reasonLabel } from './reason.ts';

type Group = 'later' | 'now' | 'closed';
const groupOf = (effect: Effect): Group => (effect.never ? 'closed' : effect.atOnce ? 'now' : 'later');
const groups: readonly Group[] = ['later', 'now', 'closed'];
const spans = [30, 90, 180] as const;
const longestYears = 5;

const plus = (day: string, days: number) => Temporal.PlainDate.from(day).add({ days }).toString();

/** Reasons stand under what they do, each with its date; the button repeats the choice. */
export function Return({ agreement }: { agreement: Agreement }) {
  const { card, decide, show, now } = useDoing();
  const { w, f } = useWords();
  const c = w.card;
  const ids = useId();
  const { group, onKeyDown } = useArrows();
  const [code, setCode] = useState<string>();
  const [picked, setPicked] = useState<string>();
  const [note, setNote] = useState('');
  const today = businessCalendar(agreement.calendar).dayOf(now);
  const lost = card.stage === 'opportunity';
  const reason = agreement.reasons.find((r) => r.code === code);
  const effect = reason && effectOf(reason, today);
  const back = effect && !effect.never && !effect.atOnce ? (picked ?? effect.wakesOn) : undefined;
  const tooFew = (r: Reason) => r.needsAttempts && card.attempts < agreement.attemptsBeforeUnresponsive;
  const noteMissing = reason?.needsNote && !note.trim();
  const dateWrong = back !== undefined && (back <= today || back > Temporal.PlainDate.from(today).add({ years: longestYears }).toString());
  const ready = reason && !noteMissing && !dateWrong;

  const small = (r: Reason, e: Effect): string | undefined => {
    if (tooFew(r)) return c.afterAttempts(agreement.attemptsBeforeUnresponsive, card.attempts);
    if (r.needsNote) return c.sayWhy;
    if (e.wakesOn) return f.date(e.wakesOn, now);
    return e.strongTouch ? c.strongTouch : undefined;
  };
  const label = (): string => {
    if (!effect) return c.chooseReason;
    if (effect.never) return lost ? c.lostClose : c.closeLead;
    if (effect.atOnce) return lost ? c.lostNow : c.returnNow;
    if (!back) return lost ? c.lostTouch : c.returnTouch;
    return lost ? c.lostBack(f.date(back, now)) : c.returnBack(f.date(back, now));
  };
  const give = () => {
    if (!reason || !ready) return;
    const more = { reason: reason.code, ...(note.trim() && { note: note.trim() }) };
    const date = picked && back ? { wakesOn: back } : {};
    void decide(
      lost
        ? { kind: 'lose', ...more, ...date }
        : returnKind(reason) === 'disqualify'
          ? { kind: 'disqualify', ...more }
          : { kind: 'recycle', ...more, ...date },
    );
  };
  const pick = (r: Reason) => {
    if (tooFew(r)) return;
    setCode(r.code);
    setPicked(undefined);
  };
  const first = choosable(agreement).find((r) => !tooFew(r))?.code;

  return (
    <div className="panel">
      <PanelHead onClose={() => show(undefined)}>
        {lost ? c.lostWhy : fill(c.returnWhy, { name: <bdi>{shortName(card.person.name)}</bdi> })}
      </PanelHead>
      <div ref={group} role="radiogroup" aria-label={lost ? c.lostWhy : c.return} onKeyDown={onKeyDown}>
        {groups.map((g) => {
          const reasons = choosable(agreement)
            .map((r) => [r, effectOf(r, today)] as const)
            .filter(([, e]) => groupOf(e) === g)
            // What can't be chosen yet stands last.
            .sort(([a], [b]) => Number(tooFew(a) ?? false) - Number(tooFew(b) ?? false));
          if (!reasons.length) return null;
          return (
            <div key={g}>
              <p className="panel-group">{c.group[g]}</p>
              <div className="chips">
                {reasons.map(([r, e]) => {
                  const said = small(r, e);
                  return (
                    // biome-ignore lint/a11y/useSemanticElements: a chip that says its effect
                    <button
                      key={r.code}
                      type="button"
                      role="radio"
                      className="chip"
                      aria-checked={r.code === code}
                      aria-disabled={tooFew(r) || undefined}
                      tabIndex={r.code === (code ?? first) ? 0 : -1}
                      onClick={() => pick(r)}
                    >
                      <span>{reasonLabel(r, w)}</span>
                      {said && <small>{said}</small>}
                    </button>
                  );
                })}
              </div>
            </div>
          );
        })}
      </div>
      {reason && effect && !effect.never && !effect.atOnce && (
        <div className="wake">
          <label className="second t12" htmlFor={`${ids}-back`}>
            {c.backOnLabel}
          </label>
          <input
            id={`${ids}-back`}
            type="date"
            className="field"
            value={back ?? ''}
            min={plus(today, 1)}
            aria-invalid={dateWrong || undefined}
            onChange={(e) => setPicked(e.target.value || undefined)}
          />
          <Segments
            label={c.backOnLabel}
            items={spans.map((n) => ({ value: String(n), label: c.days(n) }))}
            value={back ? String(spans.find((n) => plus(today, n) === back) ?? '') : undefined}
            onPick={(n) => setPicked(plus(today, Number(n)))}
          />
        </div>
      )}
      <textarea
        className="field"
        rows={1}
        aria-label={reason?.needsNote ? c.noteNeeded : c.note}
        placeholder={reason?.needsNote ? c.noteNeeded : c.note}
        aria-invalid={(noteMissing && note !== '') || undefined}
        maxLength={4000}
        value={note}
        onChange={(e) => setNote(e.target.value)}
      />
      <ActButton className="btn main wide" disabled={!ready} onAct={give}>
        {label()}
      </ActButton>
    </div>
  );
}

/** The first word of a name, for a sentence; the whole name where it is not of that kind. */
export const shortName = (name: string): string => {
  const first = name.trim().split(/\s+/)[0] ?? name;
  return /\.$/.test(first) || first.length < 2 ? name : first;
};
