import type { ReactNode } from 'react';
import type { Agreement } from '../../lib/funnel/agreement.ts';
import { businessCalendar } from '../../lib/funnel/calendar.ts';
import { useNow } from '../now.ts';
import { Failed, Shapes } from '../parts/answering.tsx';
import { useApi } from '../use-api.ts';
import { useWords } from '../words/words.tsx';
import { Tools } from './campaigns.tsx';
import { Filters } from './filters.tsx';
import { rangeOf } from './period.ts';
import type { Page, View } from './view.ts';

export interface ReportProps {
  view: View;
  workspace: string;
  agreement?: Agreement;
  onChange: (change: Partial<View>) => void;
}

/** What every report of figures has: its head, its filters, its tools, and what stands while nothing is there yet. */
export function ReportFrame<T>(
  props: ReportProps & {
    page: Page;
    route: string;
    text: string;
    isEmpty: (answer: T) => boolean;
    children: (answer: T) => ReactNode;
  },
) {
  const { view, workspace, agreement, onChange, page, route, text, isEmpty, children } = props;
  const { w, f } = useWords();
  const r = w.report;
  const now = useNow();
  const today = agreement ? businessCalendar(agreement.calendar).dayOf(now) : Temporal.Now.plainDateISO().toString();
  const fiscalYearStart = agreement?.calendar.fiscalYearStart ?? 1;
  const range = rangeOf(view.period, today, fiscalYearStart);
  const query: Record<string, string> = {
    ...range,
    ...(view.compare !== 'none' && { compare: view.compare }),
    ...(view.channel && { channel: view.channel }),
  };
  const answer = useApi<T>({ route, query });
  return (
    <>
      <header className="section-head">
        <div className="grow">
          <h1>{r.nav[page]}</h1>
          <p className="second">{text}</p>
          <p className="print-only">{r.printHead(workspace, f.range(range.from, range.to))}</p>
        </div>
        <Tools route={route} query={query} name={`${page} ${range.from} ${range.to}`} />
      </header>
      <Filters view={view} range={range} today={today} fiscalYearStart={fiscalYearStart} onChange={onChange} />
      {answer.state === 'waiting' ? (
        <Shapes />
      ) : answer.state === 'failed' ? (
        <Failed trouble={answer.trouble} onAgain={answer.again} />
      ) : isEmpty(answer.value) ? (
        <div className="void">
          <h2>{r.nothingHere}</h2>
          <p className="second">{r.emptyText}</p>
          {view.period !== 'last-12' && (
            <button type="button" className="btn" onClick={() => onChange({ period: 'last-12', channel: undefined })}>
              {r.showLast12}
            </button>
          )}
        </div>
      ) : (
        children(answer.value)
      )}
    </>
  );
}
