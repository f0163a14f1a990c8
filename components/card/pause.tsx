import { useId, useState } from 'react';
import type { Agreement } from '../../lib/funnel/agreement.ts';
import { businessCalendar } from '../../lib/funnel/calendar.ts';
import { ActButton } from '../trust.tsx';
import { useWords } from '../words/words.tsx';
import { useDoing } from './doing.tsx';
import { PanelHead } from './panel.tsx';

const longestDays = 180;

/** Stops the clock until a day begins, for everybody to see and with a reason. */
export function Pause({ agreement }: { agreement: Agreement }) {
  const { decide, show, now } = useDoing();
  const { w, f } = useWords();
  const id = useId();
  const calendar = businessCalendar(agreement.calendar);
  const today = Temporal.PlainDate.from(calendar.dayOf(now));
  const [day, setDay] = useState(today.add({ days: 7 - today.dayOfWeek + 1 }).toString());
  const [reason, setReason] = useState('');
  const wrong = !day || day <= today.toString() || day > today.add({ days: longestDays }).toString();
  return (
    <div className="panel">
      <PanelHead onClose={() => show(undefined)}>{w.card.pauseTitle}</PanelHead>
      <label className="label" htmlFor={`${id}-day`}>
        {w.card.pauseDay}
      </label>
      <input
        id={`${id}-day`}
        type="date"
        className="field"
        value={day}
        min={today.add({ days: 1 }).toString()}
        max={today.add({ days: longestDays }).toString()}
        aria-invalid={wrong || undefined}
        onChange={(e) => setDay(e.target.value)}
      />
      <label className="label" htmlFor={`${id}-why`}>
        {w.card.pauseReason}
      </label>
      <input id={`${id}-why`} className="field" maxLength={400} value={reason} onChange={(e) => setReason(e.target.value)} />
      <ActButton
        className="btn main wide"
        disabled={wrong || !reason.trim()}
        onAct={() => void decide({ kind: 'pause', reason: reason.trim(), until: new Date(calendar.startOf(day)).toISOString() })}
      >
        {wrong ? w.card.pauseTitle : w.card.pauseButton(f.date(day, now))}
      </ActButton>
    </div>
  );
}
