import type { ReactNode } from 'react';
import type { Agreement } from '../../lib/funnel/agreement.ts';
import { businessCalendar } from '../../lib/funnel/calendar.ts';
import { useNow } from '../now.ts';
import { Failed, Shapes } from '../parts/answering.tsx';
import { Termed } from '../parts/entry.tsx';
import { useApi } from '../use-api.ts';
import { useWords } from '../words/words.tsx';
import { useWorld } from '../world.tsx';
import { Tools } from './campaigns.tsx';
import { Filters, type Narrowing } from './filters.tsx';
import { type Period, plainReckoning, type Range, rangeOf } from './period.ts';
import { Renewing } from './renewing.tsx';
import type { Page, View } from './view.ts';

export interface ReportProps {
  view: View;
  workspace: string;
  agreement?: Agreement;
  onChange: (change: Partial<View>) => void;
}

/** Narrowed by nothing. */
export const everything = { channel: undefined, campaign: undefined, owner: undefined, origin: undefined, segment: undefined } as const;

/** Whether some of what could be there is left out on purpose. */
export const isNarrowed = (view: View, by: readonly Narrowing[]): boolean =>
  by.some((one) => one !== 'compare' && one !== 'by' && one !== 'attribution' && view[one] !== undefined);

/** Whether only some leads count: what a campaign cost cannot be divided among them. */
export const ofSomeLeads = ({ owner, origin, segment }: View): boolean => (owner ?? origin ?? segment) !== undefined;

/** The question of a view, with only what the report knows. */
export function queryOf(view: View, range: Range, by: readonly Narrowing[]): Record<string, string> {
  const query: Record<string, string> = { ...range };
  for (const one of by) {
    const value = view[one];
    if (value !== undefined && value !== 'none') query[one] = value;
  }
  return query;
}

/** What every report of figures has: its head, its filters, its tools, and what stands while nothing is there yet. */
export function ReportFrame<T>(
  props: ReportProps & {
    page: Page;
    route: string;
    text: string;
    /** What it can be narrowed by. */
    by: readonly Narrowing[];
    isEmpty: (answer: T) => boolean;
    /** Said instead of the words about the period, where nothing would be there in any. */
    empty?: ReactNode;
    /** What has to happen for something to stand here. */
    fills?: string;
    children: (answer: T) => ReactNode;
  },
) {
  const { view, workspace, agreement, onChange, page, route, text, by, isEmpty, empty, fills, children } = props;
  const { w, f } = useWords();
  const { openPage } = useWorld();
  const r = w.report;
  const now = useNow();
  const today = agreement ? businessCalendar(agreement.calendar).dayOf(now) : Temporal.Now.plainDateISO().toString();
  const calendar = agreement?.calendar ?? plainReckoning;
  const range = rangeOf(view.period, today, calendar);
  const query = queryOf(view, range, by);
  const wide: Period = page === 'long-term' ? 'last-24' : 'last-12';
  const widest = view.period === wide && !isNarrowed(view, by);
  const answer = useApi<T>({ route, query });
  return (
    <>
      <header className="section-head">
        <div className="grow">
          <h1>{r.nav[page]}</h1>
          <p className="second">
            <Termed text={text} />
          </p>
          <p className="print-only">{r.printHead(workspace, f.range(range.from, range.to), agreement?.version)}</p>
        </div>
        <Tools route={route} query={query} name={`${page} ${range.from} ${range.to}`} />
      </header>
      <Filters view={view} range={range} today={today} calendar={calendar} by={by} onChange={onChange} />
      {answer.state === 'waiting' ? (
        <Shapes />
      ) : answer.state === 'failed' ? (
        <Failed trouble={answer.trouble} onAgain={answer.again} />
      ) : isEmpty(answer.value) && empty ? (
        <div className="void">{empty}</div>
      ) : isEmpty(answer.value) ? (
        <div className="void">
          <h2>{r.nothingHere}</h2>
          <p className="second">
            <Termed text={[fills, !widest && r.emptyText].filter(Boolean).join(' ')} />
          </p>
          {widest ? (
            <button type="button" className="btn" onClick={() => openPage('options', 'sources')}>
              {r.seeSources}
            </button>
          ) : (
            <button type="button" className="btn" onClick={() => onChange({ ...everything, period: wide })}>
              {wide === 'last-24' ? r.showLast24 : r.showLast12}
            </button>
          )}
        </div>
      ) : (
        <Renewing on={answer.renewing}>{children(answer.value)}</Renewing>
      )}
    </>
  );
}
