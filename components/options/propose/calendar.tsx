import { useId } from 'react';
import { useWords } from '../../words/words.tsx';
import type { Draft } from './draft.ts';
import { Choose, Field, Text, useFaults, Wrong } from './field.tsx';

const days = ['1', '2', '3', '4', '5', '6', '7'] as const;
const months = [...Array(12).keys()].map((month) => String(month + 1));
const zones = Intl.supportedValuesOf('timeZone');

/** When time counts: hours by weekday, holidays, zone; and how long it takes until others are asked. */
export function CalendarForm({ draft, set }: { draft: Draft; set: (part: Partial<Draft>) => void }) {
  const { w, f } = useWords();
  const o = w.options;
  const a = w.agree;
  const id = useId();
  return (
    <>
      <div className="propose-grid">
        <Text at="/calendar/zone" label={o.zone} most={60} list={`${id}-zones`} value={draft.zone} onChange={(zone) => set({ zone })} />
        <datalist id={`${id}-zones`}>
          {zones.map((zone) => (
            <option key={zone} value={zone} />
          ))}
        </datalist>
        <Choose
          at="/calendar/weekStart"
          label={o.weekStart}
          value={String(draft.weekStart)}
          items={days.map((value) => ({ value: value as string, label: f.weekday(Number(value)) }))}
          onChange={(value) => set({ weekStart: Number(value) })}
        />
        <Choose
          at="/calendar/fiscalYearStart"
          label={o.fiscalYear}
          value={String(draft.fiscalYearStart)}
          items={months.map((value) => ({ value, label: f.monthName(Number(value)) }))}
          onChange={(value) => set({ fiscalYearStart: Number(value) })}
        />
      </div>
      <p className="help">{a.hoursHint}</p>
      <Wrong faults={useFaults('/calendar/hours')} />
      <div className="propose-grid">
        {days.map((day) => (
          <Text
            key={day}
            at={`/calendar/hours/${day}`}
            label={a.hoursOn(f.weekday(Number(day)))}
            placeholder={a.closedDay}
            value={draft.hours[day] ?? ''}
            onChange={(typed) => set({ hours: { ...draft.hours, [day]: typed } })}
          />
        ))}
      </div>
      <Field at="/calendar/holidays" under label={a.editHolidays}>
        {(marks) => (
          <textarea
            {...marks}
            className="field"
            rows={3}
            value={draft.holidays}
            onChange={(event) => set({ holidays: event.target.value })}
          />
        )}
      </Field>
      <div className="numbers">
        <Text
          number
          at="/escalation/graceHours"
          label={o.graceHours}
          value={draft.graceHours}
          onChange={(graceHours) => set({ graceHours })}
        />
        <Text number at="/escalation/poolHours" label={o.poolHours} value={draft.poolHours} onChange={(poolHours) => set({ poolHours })} />
        <Text
          number
          at="/attemptsBeforeUnresponsive"
          label={o.attemptsNeeded}
          value={draft.attempts}
          onChange={(attempts) => set({ attempts })}
        />
        <Text number at="/lookBackMonths" label={a.lookBackMonths} value={draft.lookBack} onChange={(lookBack) => set({ lookBack })} />
      </div>
    </>
  );
}
