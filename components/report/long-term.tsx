import { type CSSProperties, Fragment, useCallback } from 'react';
import type { longTermReport } from '../../lib/contract/routes/reports-long-term.ts';
import type { z } from '../../lib/contract/z.ts';
import { Staged } from '../parts/entry.tsx';
import { useWords } from '../words/words.tsx';
import { FigureTable } from './figures.tsx';
import { ReportFrame, type ReportProps } from './frame.tsx';
import { PlotFigure, plotStyle } from './plot.tsx';
import { ShareCell } from './share.tsx';

type Answer = z.output<typeof longTermReport.answer>;
type Cohort = Pick<Answer['quarters'][number], 'name' | 'people' | 'sql' | 'customer' | 'months' | 'within' | 'maturing'>;
const dashes = ['0', '6 3', '2 2', '8 3 2 3'];
/** Nobody is an SQL at the moment of the first touch. */
const start = { x: 0, share: 0 };

/** Cohorts by the quarter and channel of the first touch, and what came of them. */
export function LongTermReport(props: ReportProps) {
  const { w } = useWords();
  const r = w.report;
  return (
    <ReportFrame<Answer>
      {...props}
      page="long-term"
      route="longTermReport"
      text={r.longTermText}
      by={['channel', 'campaign', 'owner', 'origin', 'segment']}
      fills={r.fills['long-term']}
      isEmpty={({ total }) => total.people === 0}
    >
      {({ channels, quarters, total, won }) => {
        const months = total.within.map((cell) => cell.months);
        return (
          <>
            <Curves channels={channels} />
            <Cohorts head={r.firstTouch} months={months} rows={channels.map((row) => ({ ...row, name: w.channel[row.channel] }))} />
            <Cohorts
              head={r.firstTouchIn}
              months={months}
              rows={quarters.filter(({ people }) => people > 0).map((row) => ({ ...row, name: quarterName(row.name) }))}
            />
            <p className="help">
              {[r.longTermNote, (props.view.channel || props.view.campaign) && r.longTermPart].filter(Boolean).join(' ')}
            </p>
            <FigureTable
              label={r.slowWork}
              columns={[{ head: r.slowWork }, { head: r.won }]}
              rows={[
                { key: 'began', cells: [r.began, <ShareCell key="began" share={won.began} />] },
                { key: 'assisted', cells: [r.assisted, <ShareCell key="assisted" share={won.assisted} />] },
              ]}
            />
          </>
        );
      }}
    </ReportFrame>
  );
}

/** `2026-Q1` as people write it. */
const quarterName = (name: string): string => name.replace(/^(\d{4})-(Q\d)$/, '$2 $1');

/** People by their first touch: how many became an SQL, and within how many months. */
function Cohorts({ head, months, rows }: { head: string; months: readonly number[]; rows: readonly Cohort[] }) {
  const { w, f } = useWords();
  const r = w.report;
  const one = (n: number) => f.number(Math.round(n * 10) / 10);
  // Darker is more; the most of the table is the darkest, and nothing depends on seeing it.
  const most = Math.max(0.001, ...rows.flatMap(({ within }) => within.map(({ share }) => share ?? 0)));
  const shade = (share: number) => `${Math.round((share / most) * 100)}%`;
  return (
    <FigureTable
      label={head}
      columns={[
        { head },
        { head: r.peopleHead, num: true },
        { head: r.toSqlToDate, stage: 'sql' },
        { head: r.toCustomerToDate, stage: 'customer' },
        { head: r.medianMonths, stage: 'sql', num: true },
        ...months.map((n) => ({ head: r.months(n), num: true as const })),
      ]}
      rows={rows.map((row) => ({
        key: row.name,
        cells: [
          <>
            {row.name}
            {row.maturing && <small className="before">{r.maturing}</small>}
          </>,
          f.number(row.people),
          <ShareCell key="sql" share={row.sql} />,
          <ShareCell key="customer" share={row.customer} />,
          row.months ? (
            <Fragment key="months">
              {one(row.months.median)}
              <small className="before">{`${one(row.months.p25)} – ${one(row.months.p75)}`}</small>
            </Fragment>
          ) : (
            '–'
          ),
          ...months.map((n) => {
            const cell = row.within.find((one) => one.months === n);
            if (cell?.share === undefined) return '–';
            return (
              <span key={n} className={cell.growing ? 'cell growing' : 'cell'} style={{ '--depth': shade(cell.share) } as CSSProperties}>
                {`${f.percent(cell.share, 1)}${cell.growing ? ' …' : ''}`}
              </span>
            );
          }),
        ],
      }))}
    />
  );
}

/** The last point of each line, moved up where a name would lie over the one below. */
function apart(
  lines: readonly { name: string; points: readonly { months: number; share: number }[] }[],
  top: number,
  percent: (n: number) => string,
) {
  const ends = lines.flatMap(({ name, points }) =>
    points.slice(-1).map((end) => ({ ...end, said: `${name} ${percent(end.share / 100)}` })),
  );
  const gap = top / 13;
  let floor = Number.NEGATIVE_INFINITY;
  return ends
    .sort((a, b) => a.share - b.share)
    .map((end) => {
      const share = Math.max(end.share, floor + gap);
      floor = share;
      return { ...end, share };
    });
}

/** The four largest channels, told apart by their dashes as well as by colour. */
function Curves({ channels }: { channels: Answer['channels'] }) {
  const { w, f } = useWords();
  const r = w.report;
  const shown = channels.slice(0, dashes.length).filter(({ within }) => within.some(({ share }) => share !== undefined));
  const options = useCallback<Parameters<typeof PlotFigure>[0]['options']>(
    (Plot) => {
      const reach = Math.max(
        6,
        ...shown.flatMap(({ within }) => within.filter(({ share }) => share !== undefined).map(({ months }) => months)),
      );
      const lines = shown.map(({ channel, within }, i) => ({
        name: w.channel[channel],
        dash: dashes[i]!,
        color: `var(--plot-${i + 1})`,
        points: within.flatMap(({ months, share, low, high }) =>
          share === undefined
            ? []
            : // A little beside one another, so that no interval lies on another.
              [
                {
                  months,
                  x: months + (i - (shown.length - 1) / 2) * reach * 0.006,
                  share: share * 100,
                  low: low! * 100,
                  high: high! * 100,
                },
              ],
        ),
      }));
      const top = Math.max(1, ...lines.flatMap(({ points }) => points.map(({ high }) => high)));
      return {
        style: plotStyle,
        height: 280,
        marginTop: 12,
        marginBottom: 40,
        marginRight: 140,
        x: {
          label: r.monthsSince,
          labelAnchor: 'center',
          labelArrow: 'none',
          domain: [0, reach],
          ticks: [0, 3, 6, 12, 18, 24].filter((n) => n <= reach),
          tickSize: 0,
          tickFormat: (n: number) => r.months(n),
        },
        y: { label: null, domain: [0, top], tickSize: 0, ticks: 4, tickFormat: (n: number) => f.percent(n / 100) },
        marks: [
          Plot.gridY({ stroke: 'var(--plot-grid)', strokeOpacity: 1, ticks: 4 }),
          ...lines.flatMap(({ dash, color, points }) => [
            Plot.line([start, ...points], { x: 'x', y: 'share', stroke: color, strokeDasharray: dash, strokeWidth: 2 }),
            Plot.ruleX(points, { x: 'x', y1: 'low', y2: 'high', stroke: color, strokeOpacity: 0.5, strokeWidth: 1.5 }),
            Plot.dot(points, { x: 'x', y: 'share', r: 3.5, fill: color, stroke: 'var(--surface)' }),
          ]),
          // Names at the lines' ends, apart from one another.
          Plot.text(
            apart(lines, top, (n) => f.percent(n, 1)),
            { x: 'months', y: 'share', text: 'said', textAnchor: 'start', dx: 18, fill: 'var(--ink)' },
          ),
        ],
      };
    },
    [shown, w, r, f],
  );
  if (shown.length === 0) return null;
  return (
    <section className="plot-panel">
      <h2>{r.curves}</h2>
      <p className="second">
        <Staged stage="sql" text={r.curvesText} />
      </p>
      <PlotFigure label={r.curves} options={options} />
    </section>
  );
}
