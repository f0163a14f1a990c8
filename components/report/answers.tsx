import type { answerTimesReport } from '../../lib/contract/routes/reports-answers.ts';
import type { z } from '../../lib/contract/z.ts';
import { TermEntry } from '../parts/entry.tsx';
import { useWords } from '../words/words.tsx';
import { FigureTable, SharePlot } from './figures.tsx';
import { ReportFrame, type ReportProps } from './frame.tsx';
import { ShareCell } from './share.tsx';

type Answer = z.output<typeof answerTimesReport.answer>;
interface Row {
  key: string;
  name: string;
  /** The agreement's word for it. */
  term?: string;
  times: Answer['total'];
  before?: Answer['total']['before'];
}

/** How fast hand-offs were answered: a rep's own, or by team. */
export function AnswersReport(props: ReportProps) {
  const { w, f } = useWords();
  const r = w.report;
  const hours = (minutes: number | undefined) => (minutes === undefined ? '–' : f.number(Math.round(minutes / 6) / 10));
  return (
    <ReportFrame<Answer>
      {...props}
      page="answers"
      route="answerTimesReport"
      text={r.answersText}
      by={['compare', 'channel', 'campaign', 'origin', 'segment']}
      fills={r.fills.answers}
      isEmpty={({ total }) => total.opened === 0 && (total.before?.opened ?? 0) === 0}
    >
      {({ of, total, byIntent, teams }) => {
        const rows: Row[] = [
          { key: 'total', name: of === 'mine' ? r.mine : r.all, times: total, before: total.before },
          { key: 'standard', name: r.standardIntent, times: byIntent.standard, before: undefined },
          { key: 'high', name: r.highIntent, term: 'High intent', times: byIntent.high, before: undefined },
          ...teams.map((one) => ({ key: one.team.id ?? 'none', name: one.team.name ?? r.noTeam, times: one, before: one.before })),
        ];
        return (
          <>
            <p className="help">{of === 'mine' ? r.answersOfMine : r.answersOfTeams}</p>
            <SharePlot
              title={r.inTime}
              rows={rows.map(({ name, times, before }) => ({ name, share: times.inTime, ...(before && { before: before.inTime }) }))}
            />
            <FigureTable
              label={r.nav.answers}
              columns={[
                { head: r.who },
                { head: r.handedOver, num: true },
                { head: r.inTime },
                { head: r.stillWaiting, num: true },
                { head: r.medianHours, num: true },
                { head: r.p90Hours, num: true },
              ]}
              rows={rows.map(({ key, name, term, times, before }) => ({
                key,
                cells: [
                  term ? (
                    <TermEntry key={key} term={term}>
                      {name}
                    </TermEntry>
                  ) : (
                    <bdi key={key}>{name}</bdi>
                  ),
                  f.number(times.opened),
                  <ShareCell key={key} share={times.inTime} before={before?.inTime} />,
                  f.number(times.waiting),
                  hours(times.medianMinutes),
                  hours(times.p90Minutes),
                ],
              }))}
            />
          </>
        );
      }}
    </ReportFrame>
  );
}
