import { useCallback } from 'react';
import type { funnelReport } from '../../lib/contract/routes/reports-funnel.ts';
import type { z } from '../../lib/contract/z.ts';
import type { Agreement } from '../../lib/funnel/agreement.ts';
import { type HandoffState, handoffStates } from '../../lib/funnel/words.ts';
import { reasonWords } from '../card/reason.ts';
import { Listed, ReasonEntry, StageEntry, TermEntry } from '../parts/entry.tsx';
import { fill, useWords } from '../words/words.tsx';
import { Bars } from './bars.tsx';
import { FigureTable, SharePlot } from './figures.tsx';
import { ReportFrame, type ReportProps } from './frame.tsx';
import { PlotFigure, plotStyle } from './plot.tsx';
import { ShareCell } from './share.tsx';
import { TableBehind } from './table-behind.tsx';
import { Tile, Tiles } from './tiles.tsx';

type Answer = z.output<typeof funnelReport.answer>;
type Stage = Answer['stages'][number];

/** Cohorts by stage: who entered, how many went on, how long it took, where and why leads leave. */
export function FunnelReport(props: ReportProps) {
  const { w } = useWords();
  const r = w.report;
  return (
    <ReportFrame<Answer>
      {...props}
      page="funnel"
      route="funnelReport"
      text={r.funnelText}
      by={['compare', 'by', 'channel', 'campaign', 'owner', 'origin', 'segment']}
      fills={r.fills.funnel}
      isEmpty={({ stages }) => stages.every(({ entered }) => entered === 0)}
    >
      {({ stages, series }) => {
        const shown = stages.filter(({ entered, before }) => entered > 0 || (before?.entered ?? 0) > 0);
        return (
          <>
            <Heads stages={stages} series={series} />
            <div className="two plots">
              <Entered stages={shown} />
              <SharePlot
                title={r.wentOn}
                rows={shown
                  .filter(({ stage }) => stage !== 'customer')
                  .map(({ stage, wentOn, before, maturing }) => ({
                    name: w.stage[stage],
                    share: wentOn,
                    young: maturing,
                    ...(before && { before: before.wentOn }),
                  }))}
              />
            </div>
            <TableBehind of={r.nav.funnel} open>
              <StageTable stages={shown} />
            </TableBehind>
            <p className="help">{r.funnelNote}</p>
            <div className="two plots">
              <Handoffs series={series} />
              <Leaves stages={stages} agreement={props.agreement} />
            </div>
          </>
        );
      }}
    </ReportFrame>
  );
}

/** The four numbers that both teams ask for first. */
function Heads({ stages, series }: { stages: readonly Stage[]; series: Answer['series'] }) {
  const { w, f } = useWords();
  const r = w.report;
  const at = (name: Stage['stage']) => stages.find(({ stage }) => stage === name);
  const opened = series.reduce((sum, { handoffs }) => sum + handoffStates.reduce((n, state) => n + handoffs[state], 0), 0);
  const [mql, sql, customer] = [at('mql'), at('sql'), at('customer')];
  return (
    <Tiles>
      <Tile name={<TermEntry term="Hand-off">{r.handoffsOpened}</TermEntry>} value={f.number(opened)} />
      <Tile
        name={fill(r.fromTo('{from}', '{to}'), { from: <StageEntry stage="mql" word />, to: <StageEntry stage="sql" word /> })}
        share={mql?.toSql}
        before={mql?.before?.toSql}
      />
      <Tile
        name={fill(r.fromTo('{from}', '{to}'), { from: <StageEntry stage="sql" word />, to: <StageEntry stage="customer" word /> })}
        share={sql?.toCustomer}
        before={sql?.before?.toCustomer}
      />
      <Tile
        name={fill(r.enteredStage('{stage}'), { stage: <StageEntry stage="customer" word /> })}
        value={f.number(customer?.entered ?? 0)}
        under={customer?.before && `${f.number(customer.before.entered)} ${r.before}`}
      />
    </Tiles>
  );
}

/** People by stage, in the stage's colour; the period compared with is grey and thinner. */
function Entered({ stages }: { stages: readonly Stage[] }) {
  const { w, f } = useWords();
  const r = w.report;
  const options = useCallback<Parameters<typeof PlotFigure>[0]['options']>(
    (Plot) => {
      const data = stages.map(({ stage, entered, before }) => ({
        name: w.stage[stage],
        entered,
        before: before?.entered ?? 0,
        color: `var(--stage-${stage})`,
      }));
      return {
        style: plotStyle,
        height: data.length * 36 + 12,
        marginLeft: 110,
        marginRight: 56,
        marginTop: 4,
        marginBottom: 4,
        x: { axis: null, domain: [0, Math.max(1, ...data.flatMap(({ entered, before }) => [entered, before]))] },
        y: { domain: data.map(({ name }) => name), label: null, tickSize: 0 },
        marks: [
          Plot.barX(data, { x: 'entered', y: 'name', fill: 'color', insetTop: 7, insetBottom: 13, rx: 2 }),
          Plot.barX(data, { x: 'before', y: 'name', fill: 'var(--plot-ghost)', insetTop: 26, insetBottom: 4, rx: 1 }),
          Plot.text(data, {
            x: 'entered',
            y: 'name',
            text: (d: { entered: number }) => f.number(d.entered),
            textAnchor: 'start',
            dx: 6,
            dy: -3,
            fill: 'var(--ink)',
          }),
        ],
      };
    },
    [stages, w, f],
  );
  return (
    <section className="plot-panel">
      <h2>{r.enteredPlot}</h2>
      <p className="second">{r.enteredText}</p>
      <PlotFigure label={r.enteredPlot} options={options} />
    </section>
  );
}

function StageTable({ stages }: { stages: readonly Stage[] }) {
  const { w, f } = useWords();
  const r = w.report;
  return (
    <FigureTable
      label={r.nav.funnel}
      columns={[
        { head: r.stageHead },
        { head: r.entered, num: true },
        { head: r.before, num: true },
        { head: r.wentOn },
        { head: r.interval, num: true },
        { head: r.stillOpen, num: true },
        { head: r.medianDays, num: true },
        { head: r.leftFor },
      ]}
      rows={stages.map(({ stage, entered, wentOn, open, maturing, medianDays, leaves, before }) => ({
        key: stage,
        cells: [
          <StageEntry key="stage" stage={stage} word />,
          f.number(entered),
          before ? f.number(before.entered) : '–',
          stage === 'customer' ? '–' : <ShareCell key={stage} share={wentOn} before={before?.wentOn} />,
          stage === 'customer' || wentOn.low === undefined ? '–' : `${f.percent(wentOn.low, 1)} – ${f.percent(wentOn.high ?? 0, 1)}`,
          <>
            {f.number(open)}
            {maturing && <small className="before">{r.maturing}</small>}
          </>,
          medianDays === undefined ? '–' : f.decimal(medianDays),
          leaves.length ? (
            <Listed
              key="left"
              items={leaves.slice(0, 3).map(({ reason, n }) => ({
                key: reason ?? '',
                node: (
                  <>
                    {reason === undefined ? r.noReason : <ReasonEntry code={reason} />} {f.number(n)}
                  </>
                ),
              }))}
            />
          ) : (
            '–'
          ),
        ],
      }))}
    />
  );
}

const looks: Record<HandoffState, { fill: string; hollow?: true }> = {
  qualified: { fill: 'var(--stage-sql)' },
  accepted: { fill: 'var(--stage-sal)' },
  returned: { fill: 'var(--plot-3)' },
  waiting: { fill: 'var(--surface)', hollow: true },
};
const stacked = ['qualified', 'accepted', 'returned', 'waiting'] as const;

const short = (name: string) => name.replace(/^\d{4}-/, '');

/** Hand-offs by when they were opened and what became of them; those that wait are hollow. */
function Handoffs({ series }: { series: Answer['series'] }) {
  const { w, f } = useWords();
  const r = w.report;
  const options = useCallback<Parameters<typeof PlotFigure>[0]['options']>(
    (Plot, width) => {
      const data = series.flatMap((part) => stacked.map((state) => ({ name: short(part.name), state, n: part.handoffs[state] })));
      const sums = series.map((part) => ({ name: short(part.name), n: stacked.reduce((sum, state) => sum + part.handoffs[state], 0) }));
      const every = Math.ceil(series.length / Math.max(1, Math.floor(width / 44)));
      return {
        style: plotStyle,
        height: 220,
        marginLeft: 36,
        marginBottom: 24,
        marginTop: 16,
        x: {
          domain: sums.map((sum) => sum.name),
          label: null,
          tickSize: 0,
          tickFormat: (text: string, i: number) => (i % every === 0 ? text : ''),
        },
        y: { label: null, tickSize: 0, ticks: 4, tickFormat: (n: number) => (Number.isInteger(n) ? f.number(n) : '') },
        marks: [
          Plot.gridY({ stroke: 'var(--plot-grid)', strokeOpacity: 1, ticks: 4 }),
          Plot.barY(data, {
            x: 'name',
            y: 'n',
            fill: (d: { state: HandoffState }) => looks[d.state].fill,
            stroke: (d: { state: HandoffState }) => (looks[d.state].hollow ? 'var(--plot-axis)' : 'none'),
            strokeDasharray: '3 2',
            inset: 0.5,
            order: [...stacked],
            z: 'state',
          }),
          Plot.text(
            sums.filter(({ n }) => n > 0),
            { x: 'name', y: 'n', text: (d: { n: number }) => f.number(d.n), dy: -8, fill: 'var(--ink)' },
          ),
          Plot.ruleY([0], { stroke: 'var(--plot-axis)' }),
        ],
      };
    },
    [series, f],
  );
  if (!series.some(({ handoffs }) => handoffStates.some((state) => handoffs[state] > 0))) return null;
  return (
    <section className="plot-panel">
      <h2>{r.handoffsPlot}</h2>
      <p className="second legend">
        {stacked.map((state) => (
          <span key={state} className="row">
            <i className={looks[state].hollow ? 'swatch hollow' : 'swatch'} style={{ background: looks[state].fill }} />
            {w.queue.handoffState[state]}
          </span>
        ))}
      </p>
      <PlotFigure label={r.handoffsPlot} options={options} />
      <TableBehind of={r.handoffsPlot}>
        <FigureTable
          label={r.handoffsPlot}
          columns={[{ head: r.period }, ...stacked.map((state) => ({ head: w.queue.handoffState[state], num: true as const }))]}
          rows={series.map((part) => ({ key: part.name, cells: [part.name, ...stacked.map((state) => f.number(part.handoffs[state]))] }))}
        />
      </TableBehind>
    </section>
  );
}

/** Why the cohorts' leads left, over all stages. */
function Leaves({ stages, agreement }: { stages: readonly Stage[]; agreement?: Agreement }) {
  const { w } = useWords();
  const r = w.report;
  const sums = new Map<string, number>();
  for (const { reason, n } of stages.flatMap(({ leaves }) => leaves)) sums.set(reason ?? '', (sums.get(reason ?? '') ?? 0) + n);
  const rows = [...sums]
    .map(([reason, n]) => ({
      key: reason,
      name: reason ? reasonWords(reason, agreement, w) : r.noReason,
      n,
      ...(reason && { cell: <ReasonEntry code={reason} /> }),
    }))
    .sort((a, b) => b.n - a.n);
  return <Bars title={r.leavesPlot} text={r.leavesText} rows={rows} color="var(--plot-3)" head={r.reason} count={r.left} />;
}
