import { useId, useState } from 'react';
import { channels } from '../../lib/funnel/words.ts';
import { useWords } from '../words/words.tsx';
import { daysOf, type Period, periodKeys, type Range, rangeOf } from './period.ts';
import { Pick } from './pick.tsx';
import type { Compare, View } from './view.ts';

type PeriodChoice = (typeof periodKeys)[number] | 'custom';

export function Filters(props: {
  view: View;
  range: Range;
  today: string;
  fiscalYearStart: number;
  onChange: (change: Partial<View>) => void;
}) {
  const { view, range, today, fiscalYearStart, onChange } = props;
  const { w, f } = useWords();
  const r = w.report;
  const [own, setOwn] = useState(false);
  const chosen: PeriodChoice = view.period.includes('..') ? 'custom' : (view.period as PeriodChoice);
  const periods = [...periodKeys, 'custom' as const].map((value) => {
    const span = value === 'custom' ? (chosen === 'custom' ? range : undefined) : rangeOf(value, today, fiscalYearStart);
    return {
      value,
      label: value === chosen ? `${r.periods[value]}, ${f.range(range.from, range.to)}` : r.periods[value],
      hint: span && f.range(span.from, span.to),
    };
  });
  const compares: { value: Compare; label: string }[] = [
    { value: 'before', label: r.samePeriodBefore(daysOf(range)) },
    { value: 'year', label: r.sameLastYear },
    { value: 'none', label: r.nothing },
  ];
  return (
    <div className="filters">
      <Pick
        label={r.period}
        value={chosen}
        items={periods}
        onPick={(value) => {
          if (value === 'custom') return setOwn(true);
          setOwn(false);
          onChange({ period: value });
        }}
      />
      <Pick label={r.comparedWith} value={view.compare} items={compares} onPick={(compare) => onChange({ compare })} />
      <span className="filters-gap" />
      <Pick
        label={r.channel}
        value={view.channel ?? 'all'}
        items={[{ value: 'all' as const, label: r.all }, ...channels.map((value) => ({ value, label: w.channel[value] }))]}
        onPick={(value) => onChange({ channel: value === 'all' ? undefined : value })}
      />
      {own && (
        <OwnPeriod
          range={range}
          today={today}
          onShow={(period) => {
            setOwn(false);
            onChange({ period });
          }}
        />
      )}
    </div>
  );
}

function OwnPeriod({ range, today, onShow }: { range: Range; today: string; onShow: (period: Period) => void }) {
  const { w } = useWords();
  const r = w.report;
  const id = useId();
  const [from, setFrom] = useState(range.from);
  const [to, setTo] = useState(range.to);
  const wrong = !from || !to || from > to;
  return (
    <form
      className="own-period row"
      onSubmit={(event) => {
        event.preventDefault();
        if (!wrong) onShow(`${from}..${to}`);
      }}
    >
      <label htmlFor={`${id}-from`} className="second">
        {r.from}
      </label>
      <input id={`${id}-from`} type="date" className="field" max={today} value={from} onChange={(e) => setFrom(e.target.value)} />
      <label htmlFor={`${id}-to`} className="second">
        {r.to}
      </label>
      <input
        id={`${id}-to`}
        type="date"
        className="field"
        max={today}
        value={to}
        aria-invalid={wrong || undefined}
        onChange={(e) => setTo(e.target.value)}
      />
      <button type="submit" className="btn" disabled={wrong}>
        {r.show}
      </button>
      {from && to && from > to && <span className="help wrong">{r.rangeWrong}</span>}
    </form>
  );
}
