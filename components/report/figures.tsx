import { type ReactNode, useCallback } from 'react';
import type { Share } from '../../lib/contract/routes/reports.ts';
import type { Stage } from '../../lib/funnel/words.ts';
import { Staged, Termed } from '../parts/entry.tsx';
import { Scrolls } from '../parts/scrolls.tsx';
import { useWords } from '../words/words.tsx';
import { PlotFigure, plotStyle } from './plot.tsx';

export interface Column {
  head: string;
  /** The stage that the head names. */
  stage?: Stage;
  num?: true;
}

/** A table of figures; the first cell of each row names it. */
export function FigureTable({ label, columns, rows }: { label: string; columns: Column[]; rows: { key: string; cells: ReactNode[] }[] }) {
  return (
    <Scrolls label={label}>
      <table className="table report-table">
        <thead>
          <tr>
            {columns.map(({ head, stage, num }) => (
              <th key={head} scope="col" className={num && 'num'}>
                {stage ? <Staged stage={stage} text={head} /> : <Termed text={head} />}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, cells }) => (
            <tr key={key}>
              {cells.map((cell, i) => {
                const { head, num } = columns[i]!;
                return i === 0 ? (
                  <th key={head} scope="row">
                    {cell}
                  </th>
                ) : (
                  <td key={head} className={num && 'num'}>
                    {cell}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolls>
  );
}

export interface Ranged {
  name: string;
  share: Share;
  before?: Share;
  /** The share will grow: its dot is hollow. */
  young?: boolean;
}

/** Shares as dots with their 95 % interval; a dashed mark is the period compared with. Those without a rate are left out. */
export function SharePlot({ title, rows }: { title: string; rows: readonly Ranged[] }) {
  const { w, f } = useWords();
  const rated = rows.filter(({ share }) => share.share !== undefined);
  const options = useCallback<Parameters<typeof PlotFigure>[0]['options']>(
    (Plot) => {
      const data = rated.map(({ name, share, before, young }) => ({
        young: young ?? false,
        name,
        share: share.share! * 100,
        low: share.low! * 100,
        high: share.high! * 100,
        before: before?.share === undefined ? undefined : before.share * 100,
      }));
      return {
        style: plotStyle,
        height: data.length * 28 + 40,
        marginLeft: 150,
        marginRight: 48,
        marginTop: 4,
        marginBottom: 30,
        x: { domain: [0, 100], label: null, ticks: [0, 25, 50, 75, 100], tickSize: 0, tickFormat: (n: number) => f.percent(n / 100) },
        y: {
          domain: data.map(({ name }) => name),
          label: null,
          tickSize: 0,
          tickFormat: (name: string) => (name.length > 22 ? `${name.slice(0, 21)}…` : name),
        },
        marks: [
          Plot.gridX([0, 25, 50, 75, 100], { stroke: 'var(--plot-grid)', strokeOpacity: 1 }),
          Plot.ruleY(data, { y: 'name', x1: 'low', x2: 'high', stroke: 'var(--ink-2)', strokeWidth: 1.25, marker: 'tick' }),
          Plot.tickX(
            data.filter(({ before }) => before !== undefined),
            { x: 'before', y: 'name', stroke: 'var(--plot-ghost)', strokeWidth: 2.5, strokeDasharray: '3 2', insetTop: 7, insetBottom: 7 },
          ),
          Plot.dot(data, {
            x: 'share',
            y: 'name',
            r: 4.5,
            fill: (d: { young: boolean }) => (d.young ? 'var(--surface)' : 'var(--plot-1)'),
            stroke: 'var(--plot-1)',
            strokeWidth: 1.5,
          }),
          Plot.text(data, {
            x: 100,
            y: 'name',
            text: (d: { share: number }) => f.percent(d.share / 100),
            textAnchor: 'start',
            dx: 8,
            fill: 'var(--ink)',
          }),
        ],
      };
    },
    [rated, f],
  );
  if (rated.length === 0) return null;
  return (
    <section className="plot-panel">
      <h2>{title}</h2>
      <p className="second">
        {w.report.shareText}
        {rated.some(({ young }) => young) && ` ${w.report.youngText}`}
      </p>
      <PlotFigure label={title} options={options} />
    </section>
  );
}
