import { type ReactNode, useCallback } from 'react';
import { useWords } from '../words/words.tsx';
import { FigureTable } from './figures.tsx';
import { PlotFigure, plotStyle } from './plot.tsx';
import { TableBehind } from './table-behind.tsx';

export interface Bar {
  key: string;
  name: string;
  n: number;
  /** The name as the table shows it. */
  cell?: ReactNode;
}

/** Counts as bars from zero, with their numbers, and the table behind them. */
export function Bars(props: { title: string; text: string; rows: readonly Bar[]; color: string; head: string; count: string }) {
  const { title, text, rows, color, head, count } = props;
  const { f } = useWords();
  const options = useCallback<Parameters<typeof PlotFigure>[0]['options']>(
    (Plot) => ({
      style: plotStyle,
      height: rows.length * 28 + 12,
      marginLeft: 150,
      marginRight: 48,
      marginTop: 4,
      marginBottom: 4,
      x: { axis: null, domain: [0, Math.max(1, ...rows.map(({ n }) => n))] },
      y: {
        domain: rows.map(({ name }) => name),
        label: null,
        tickSize: 0,
        tickFormat: (name: string) => (name.length > 22 ? `${name.slice(0, 21)}…` : name),
      },
      marks: [
        Plot.barX(rows, { x: 'n', y: 'name', fill: color, insetTop: 7, insetBottom: 7, rx: 2 }),
        Plot.text(rows, { x: 'n', y: 'name', text: (d: Bar) => f.number(d.n), textAnchor: 'start', dx: 6, fill: 'var(--ink)' }),
      ],
    }),
    [rows, color, f],
  );
  if (!rows.length) return null;
  return (
    <section className="plot-panel">
      <h2>{title}</h2>
      <p className="second">{text}</p>
      <PlotFigure label={title} options={options} />
      <TableBehind of={title}>
        <FigureTable
          label={title}
          columns={[{ head }, { head: count, num: true }]}
          rows={rows.map(({ key, name, cell, n }) => ({ key, cells: [cell ?? name, f.number(n)] }))}
        />
      </TableBehind>
    </section>
  );
}
