import type { reasonsReport } from '../../lib/contract/routes/reports-reasons.ts';
import type { z } from '../../lib/contract/z.ts';
import { reasonWords } from '../card/reason.ts';
import { ReasonEntry } from '../parts/entry.tsx';
import { useWords } from '../words/words.tsx';
import { FigureTable, SharePlot } from './figures.tsx';
import { ReportFrame, type ReportProps } from './frame.tsx';
import { ShareCell } from './share.tsx';

type Answer = z.output<typeof reasonsReport.answer>;

/** Why leads came back, from which campaigns, and what became of them since. */
export function ReasonsReport(props: ReportProps) {
  const { w, f } = useWords();
  const r = w.report;
  return (
    <ReportFrame<Answer>
      {...props}
      page="reasons"
      route="reasonsReport"
      text={r.reasonsText}
      by={['compare', 'channel', 'campaign', 'owner', 'origin', 'segment']}
      fills={r.fills.reasons}
      isEmpty={({ total }) => total === 0}
    >
      {({ items }) => {
        const rows = items.map((item) => ({
          ...item,
          key: item.reason ?? '',
          name: item.reason === undefined ? r.noReason : reasonWords(item.reason, props.agreement, w),
        }));
        return (
          <>
            <SharePlot title={r.shareOfReturned} rows={rows.map(({ name, share }) => ({ name, share }))} />
            <FigureTable
              label={r.nav.reasons}
              columns={[
                { head: r.reason },
                { head: r.returned, num: true },
                { head: r.before, num: true },
                { head: r.shareOfReturned },
                { head: r.backAgain, num: true },
                { head: r.qualifiedSince, num: true },
                { head: r.nav.campaigns },
              ]}
              rows={rows.map(({ key, name, reason, share, before, back, qualifiedSince, campaigns }) => ({
                key,
                cells: [
                  reason === undefined ? name : <ReasonEntry key="reason" code={reason} />,
                  f.number(share.n),
                  before === undefined ? '–' : f.number(before),
                  <ShareCell key={key} share={share} />,
                  f.number(back),
                  f.number(qualifiedSince),
                  <bdi key={key}>
                    {campaigns
                      .slice(0, 3)
                      .map((one) => `${one.name} ${f.number(one.n)}`)
                      .join(', ') || '–'}
                  </bdi>,
                ],
              }))}
            />
          </>
        );
      }}
    </ReportFrame>
  );
}
