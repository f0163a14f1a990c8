import type { funnelReport } from '../../lib/contract/routes/reports-funnel.ts';
import type { z } from '../../lib/contract/z.ts';
import { reasonWords } from '../card/reason.ts';
import { useWords } from '../words/words.tsx';
import { FigureTable, SharePlot } from './figures.tsx';
import { ReportFrame, type ReportProps } from './frame.tsx';
import { ShareCell } from './share.tsx';

type Answer = z.output<typeof funnelReport.answer>;

/** Cohorts by stage: who entered, how many went on, how long it took, where and why leads leave. */
export function FunnelReport(props: ReportProps) {
  const { w, f } = useWords();
  const r = w.report;
  const days = (value: number | undefined) => (value === undefined ? '–' : f.number(Math.round(value * 10) / 10));
  return (
    <ReportFrame<Answer>
      {...props}
      page="funnel"
      route="funnelReport"
      text={r.funnelText}
      isEmpty={({ stages }) => stages.every(({ entered }) => entered === 0)}
    >
      {({ stages }) => {
        const shown = stages.filter(({ entered, before }) => entered > 0 || (before?.entered ?? 0) > 0);
        return (
          <>
            <SharePlot
              title={r.wentOn}
              rows={shown
                .filter(({ stage }) => stage !== 'customer')
                .map(({ stage, wentOn, before }) => ({ name: w.stage[stage], share: wentOn, ...(before && { before: before.wentOn }) }))}
            />
            <FigureTable
              label={r.nav.funnel}
              columns={[
                { head: r.stageHead },
                { head: r.entered, num: true },
                { head: r.before, num: true },
                { head: r.wentOn },
                { head: r.stillOpen, num: true },
                { head: r.medianDays, num: true },
                { head: r.leftFor },
              ]}
              rows={shown.map(({ stage, entered, wentOn, open, maturing, medianDays, leaves, before }) => ({
                key: stage,
                cells: [
                  w.stage[stage],
                  f.number(entered),
                  before ? f.number(before.entered) : '–',
                  stage === 'customer' ? '–' : <ShareCell key={stage} share={wentOn} before={before?.wentOn} />,
                  <>
                    {f.number(open)}
                    {maturing && <small className="before">{r.maturing}</small>}
                  </>,
                  days(medianDays),
                  leaves
                    .slice(0, 3)
                    .map(({ reason, n }) => `${reason === undefined ? r.noReason : reasonWords(reason, props.agreement, w)} ${f.number(n)}`)
                    .join(', ') || '–',
                ],
              }))}
            />
            <p className="help">{r.funnelNote}</p>
          </>
        );
      }}
    </ReportFrame>
  );
}
