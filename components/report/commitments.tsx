import type { commitmentsReport } from '../../lib/contract/routes/reports-commitments.ts';
import type { z } from '../../lib/contract/z.ts';
import { Agreeing } from '../parts/entry.tsx';
import { useWords } from '../words/words.tsx';
import { FigureTable } from './figures.tsx';
import { ReportFrame, type ReportProps } from './frame.tsx';
import { ShareCell } from './share.tsx';

type Answer = z.output<typeof commitmentsReport.answer>;
type Item = Answer['items'][number];

/** What both teams promised one another, side by side with what they delivered. */
export function CommitmentsReport(props: ReportProps) {
  const { w } = useWords();
  return (
    <ReportFrame<Answer>
      {...props}
      page="commitments"
      route="commitmentsReport"
      text={w.report.commitmentsText}
      by={['compare']}
      isEmpty={({ items }) => items.length === 0}
    >
      {({ items }) => <PromiseTable items={items} />}
    </ReportFrame>
  );
}

/** Both sides of the bargain, marketing's on the left. */
export function PromiseTable({ items }: { items: readonly Item[] }) {
  const { w, f } = useWords();
  const r = w.report;
  const target = ({ unit, target: value }: Item) => (unit === 'share' ? f.percent(value) : r.perMonth(f.number(value)));
  const delivered = ({ id, share, count, before, measured }: Item) =>
    !measured ? (
      <span className="quiet">{r.notMeasured}</span>
    ) : share ? (
      <ShareCell key={id} share={share} before={before?.share} />
    ) : (
      r.ofPromised(f.number(count?.n ?? 0), f.number(Math.round(count?.promised ?? 0)))
    );
  return (
    <div className="two plots">
      {(['marketing', 'sales'] as const).map((team) => {
        const head = team === 'marketing' ? r.marketingToSales : r.salesToMarketing;
        return (
          <section key={team} className="plot-panel">
            <h2>{head}</h2>
            <FigureTable
              label={head}
              columns={[{ head: r.promise }, { head: r.target, num: true }, { head: r.delivered }, { head: r.kept }]}
              rows={items
                .filter((item) => item.team === team)
                .map((item) => ({
                  key: item.id,
                  cells: [<Agreeing key="text" text={item.text} />, target(item), delivered(item), <Kept key="kept" kept={item.kept} />],
                }))}
            />
          </section>
        );
      })}
    </div>
  );
}

function Kept({ kept }: { kept?: boolean }) {
  const { w } = useWords();
  const r = w.report;
  if (kept === undefined) return <span className="quiet">{r.cannotTell}</span>;
  return <span className={kept ? undefined : 'strong'}>{kept ? r.keptYes : r.keptNo}</span>;
}
