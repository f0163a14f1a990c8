import { useCallback } from 'react';
import type { commitmentsReport } from '../../lib/contract/routes/reports-commitments.ts';
import type { z } from '../../lib/contract/z.ts';
import { Agreeing } from '../parts/entry.tsx';
import { useWords } from '../words/words.tsx';
import { useWorld } from '../world.tsx';
import { FigureTable } from './figures.tsx';
import { ReportFrame, type ReportProps } from './frame.tsx';
import { PlotFigure, plotStyle } from './plot.tsx';
import { ShareCell } from './share.tsx';

type Answer = z.output<typeof commitmentsReport.answer>;
type Item = Answer['items'][number];

/** What both teams promised one another, side by side with what they delivered. */
export function CommitmentsReport(props: ReportProps) {
  const { w } = useWords();
  const { openPage } = useWorld();
  return (
    <ReportFrame<Answer>
      {...props}
      page="commitments"
      route="commitmentsReport"
      text={w.report.commitmentsText}
      by={['compare']}
      empty={
        <>
          <h2>{w.report.nothingPromised}</h2>
          <p className="second">{w.report.nothingPromisedText}</p>
          <button type="button" className="btn" onClick={() => openPage('options', 'agreement')}>
            {w.report.openAgreement}
          </button>
        </>
      }
      isEmpty={({ items }) => items.length === 0}
    >
      {({ items }) => (
        <>
          <p className="help">{w.report.wholeTeams}</p>
          <PromiseTable items={items} drawn />
        </>
      )}
    </ReportFrame>
  );
}

/** Both sides of the bargain, marketing's on the left; `drawn` where there is room for bars above the tables. */
export function PromiseTable({ items, drawn }: { items: readonly Item[]; drawn?: boolean }) {
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
            {drawn && <Bullets label={head} items={items.filter((item) => item.team === team)} />}
            <FigureTable
              label={head}
              columns={[{ head: r.promise }, { head: r.target, num: true }, { head: r.delivered }, { head: r.kept }]}
              rows={items
                .filter((item) => item.team === team)
                .map((item) => ({
                  key: item.id,
                  cells: [
                    <Agreeing key="text" text={item.segment ? `${item.text} · ${item.segment}` : item.text} />,
                    target(item),
                    delivered(item),
                    <Kept key="kept" kept={item.kept} />,
                  ],
                }))}
            />
          </section>
        );
      })}
    </div>
  );
}

const most = 1.5;
const rowHeight = 52;

/** What was delivered as a part of what was promised, so that promises of every kind stand on one scale. */
function Bullets({ label, items }: { label: string; items: readonly Item[] }) {
  const { w, f } = useWords();
  const r = w.report;
  const options = useCallback<Parameters<typeof PlotFigure>[0]['options']>(
    (Plot, width) => {
      const letters = Math.floor((width - 64) / 6.5);
      const bars = items.flatMap((item, row) => {
        const part = partOf(item);
        return part === undefined ? [] : [{ row, part: Math.min(most, part), said: f.percent(part), ...edgesOf(item) }];
      });
      const before = items.flatMap((item, row) => {
        const part = item.before && partOf({ ...item, ...item.before });
        return part === undefined ? [] : [{ row, part: Math.min(most, part) }];
      });
      const names = items.map(({ text }, row) => ({ row, text: text.length > letters ? `${text.slice(0, letters - 1)}…` : text }));
      const inset = { insetTop: 26, insetBottom: 14 };
      return {
        style: plotStyle,
        height: items.length * rowHeight + 28,
        marginLeft: 0,
        marginRight: 8,
        marginTop: 4,
        marginBottom: 24,
        x: { domain: [0, most], label: null, tickSize: 0, ticks: [0, 0.5, 1, 1.5], tickFormat: (n: number) => f.percent(n) },
        y: { type: 'band', domain: items.map((_, row) => row), axis: null, padding: 0 },
        marks: [
          Plot.gridX({ stroke: 'var(--plot-grid)', strokeOpacity: 1, ticks: [0, 0.5, 1, 1.5] }),
          Plot.text(names, { x: 0, y: 'row', text: 'text', textAnchor: 'start', lineAnchor: 'middle', dy: -12, fill: 'var(--ink)' }),
          Plot.barX(bars, { x: 'part', y: 'row', fill: 'var(--plot-1)', ...inset, rx: 2 }),
          Plot.ruleY(bars, { x1: 'low', x2: 'high', y: 'row', dy: 6, stroke: 'var(--ink)', strokeWidth: 1.25 }),
          Plot.tickX(before, { x: 'part', y: 'row', stroke: 'var(--plot-axis)', strokeWidth: 2, insetTop: 23, insetBottom: 11 }),
          Plot.tickX(bars, { x: 1, y: 'row', stroke: 'var(--ink)', strokeWidth: 2, insetTop: 20, insetBottom: 8 }),
          // On the line of its name, where no bar and no whisker can lie over it.
          Plot.text(bars, { x: most, y: 'row', text: 'said', textAnchor: 'end', dx: -4, dy: -12, fill: 'var(--ink)', fontWeight: 600 }),
        ],
      };
    },
    [items, f],
  );
  if (!items.some((item) => partOf(item) !== undefined)) return null;
  return (
    <>
      <p className="second">{r.ofPromiseText}</p>
      <PlotFigure label={`${label}. ${r.ofPromise}`} options={options} />
    </>
  );
}

/** What was delivered by what was promised; nothing where a share is of too few. */
function partOf({ share, count, target }: Pick<Item, 'share' | 'count' | 'target'>): number | undefined {
  if (share) return share.share === undefined || !target ? undefined : share.share / target;
  return count && count.promised > 0 ? count.n / count.promised : undefined;
}
function edgesOf({ share, target }: Item): { low: number; high: number } | undefined {
  if (share?.low === undefined || share.high === undefined || !target) return undefined;
  return { low: Math.min(most, share.low / target), high: Math.min(most, share.high / target) };
}

function Kept({ kept }: { kept?: boolean }) {
  const { w } = useWords();
  const r = w.report;
  if (kept === undefined) return <span className="quiet">{r.cannotTell}</span>;
  return <span className={kept ? undefined : 'strong'}>{kept ? r.keptYes : r.keptNo}</span>;
}
