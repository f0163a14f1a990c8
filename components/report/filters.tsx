import { useId, useState } from 'react';
import { grains } from '../../lib/funnel/periods.ts';
import { attributionModels, channels, origins } from '../../lib/funnel/words.ts';
import { useApi } from '../use-api.ts';
import { useAsked } from '../use-asked.ts';
import { useWords } from '../words/words.tsx';
import { daysOf, type Period, periodKeys, type Range, type Reckoning, rangeOf } from './period.ts';
import { Pick } from './pick.tsx';
import type { Compare, View } from './view.ts';

/** By what a report can be narrowed, besides its period. What it does not know it does not offer. */
export type Narrowing = 'compare' | 'by' | 'channel' | 'campaign' | 'owner' | 'origin' | 'segment' | 'attribution';

type PeriodChoice = (typeof periodKeys)[number] | 'custom';

export function Filters(props: {
  view: View;
  range: Range;
  today: string;
  calendar: Reckoning;
  by: readonly Narrowing[];
  onChange: (change: Partial<View>) => void;
}) {
  const { view, range, today, calendar, by, onChange } = props;
  const { w, f } = useWords();
  const r = w.report;
  const [own, setOwn] = useState(false);
  const chosen: PeriodChoice = view.period.includes('..') ? 'custom' : (view.period as PeriodChoice);
  const periods = [...periodKeys, 'custom' as const].map((value) => {
    const span = value === 'custom' ? (chosen === 'custom' ? range : undefined) : rangeOf(value, today, calendar);
    return {
      value,
      label:
        value !== chosen
          ? r.periods[value]
          : value === 'custom'
            ? f.range(range.from, range.to)
            : `${r.periods[value]}, ${f.range(range.from, range.to)}`,
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
      {by.includes('compare') && (
        <Pick label={r.comparedWith} value={view.compare} items={compares} onPick={(compare) => onChange({ compare })} />
      )}
      {by.includes('by') && (
        <Pick
          label={r.steps}
          value={view.by ?? 'fitting'}
          items={[
            { value: 'fitting' as const, label: r.fitting },
            ...grains.map((value) => ({ value, label: w.inSentence(w.digest.grain[value]) })),
          ]}
          onPick={(value) => onChange({ by: value === 'fitting' ? undefined : value })}
        />
      )}
      {by.some((one) => one !== 'compare' && one !== 'by') && <span className="filters-gap" />}
      {by.includes('channel') && (
        <Pick
          label={r.channel}
          value={view.channel ?? 'all'}
          items={[{ value: 'all' as const, label: r.all }, ...channels.map((value) => ({ value, label: w.channel[value] }))]}
          onPick={(value) => onChange({ channel: value === 'all' ? undefined : value })}
        />
      )}
      {by.includes('campaign') && <CampaignPick view={view} onChange={onChange} />}
      {by.includes('owner') && <OwnerPick view={view} onChange={onChange} />}
      {by.includes('origin') && (
        <Pick
          label={r.origin}
          value={view.origin ?? 'all'}
          items={[{ value: 'all' as const, label: r.all }, ...origins.map((value) => ({ value, label: w.team[value] }))]}
          onPick={(value) => onChange({ origin: value === 'all' ? undefined : value })}
        />
      )}
      {by.includes('segment') && <SegmentPick segment={view.segment} onPick={(segment) => onChange({ segment })} />}
      {by.includes('attribution') && (
        <Pick
          label={r.attribution}
          value={view.attribution ?? 'position'}
          items={attributionModels.map((value) => ({ value, label: r.models[value] }))}
          onPick={(value) => onChange({ attribution: value === 'position' ? undefined : value })}
        />
      )}
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

/** A value that stands in a link and is in no list here is still shown as chosen. */
const withChosen = (items: readonly { value: string; label: string }[], chosen: string | undefined, label: string) =>
  chosen !== undefined && !items.some(({ value }) => value === chosen) ? [...items, { value: chosen, label }] : items;

interface PickProps {
  view: View;
  onChange: (change: Partial<View>) => void;
}
function CampaignPick({ view, onChange }: PickProps) {
  const { w } = useWords();
  const r = w.report;
  const list = useApi<{ items: { id: string; name: string }[] }>({ route: 'campaigns', query: { limit: '200' } });
  const items = list.state === 'here' ? list.value.items.map(({ id, name }) => ({ value: id, label: name })) : [];
  return (
    <Pick
      label={r.campaign}
      value={view.campaign ?? 'all'}
      items={[{ value: 'all', label: r.all }, ...withChosen(items, view.campaign, r.thatCampaign)]}
      onPick={(value) => onChange({ campaign: value === 'all' ? undefined : value })}
    />
  );
}

/** Offered where people are in segments at all. */
export function SegmentPick({ segment, onPick }: { segment: string | undefined; onPick: (segment: string | undefined) => void }) {
  const { w, f } = useWords();
  const r = w.report;
  const list = useApi<{ items: { segment: string; people: number }[] }>({ route: 'segments' });
  const known = list.state === 'here' ? list.value.items : [];
  if (!known.length && segment === undefined) return null;
  const items = known.map(({ segment, people }) => ({ value: segment, label: `${segment} (${f.number(people)})` }));
  return (
    <Pick
      label={r.segment}
      value={segment ?? ''}
      items={[{ value: '', label: r.all }, ...withChosen(items, segment, segment ?? '')]}
      onPick={(value) => onPick(value || undefined)}
    />
  );
}

/** One person's figures are for that person and for those who lead a team. */
function OwnerPick({ view, onChange }: PickProps) {
  const { w } = useWords();
  const r = w.report;
  const me = useAsked('status', ['connection']).value?.me;
  const users = useAsked('users').value?.items ?? [];
  const leads = me?.role === 'manager' || me?.role === 'admin';
  if (!me || me.role === 'marketer') return null;
  const items = users
    .filter(({ id, role }) => (leads ? role === 'rep' || role === 'manager' : id === me.id))
    .map(({ id, name }) => ({ value: id, label: id === me.id ? r.mine : name }));
  return (
    <Pick
      label={r.owner}
      value={view.owner ?? 'all'}
      items={[{ value: 'all', label: r.all }, ...withChosen(items, view.owner, r.mine)]}
      onPick={(value) => onChange({ owner: value === 'all' ? undefined : value })}
    />
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
