import { Fragment, useCallback } from 'react';
import type { budgetReport } from '../../lib/contract/routes/reports-budget.ts';
import type { z } from '../../lib/contract/z.ts';
import { isEnough } from '../../lib/funnel/statistics.ts';
import { attributionModels } from '../../lib/funnel/words.ts';
import { Staged } from '../parts/entry.tsx';
import { useWords } from '../words/words.tsx';
import { FigureTable } from './figures.tsx';
import { ofSomeLeads, ReportFrame, type ReportProps } from './frame.tsx';
import { PlotFigure, plotStyle } from './plot.tsx';
import { TableBehind } from './table-behind.tsx';
import { Tile, Tiles } from './tiles.tsx';

type Answer = z.output<typeof budgetReport.answer>;

/** More lines than these are shown when they are asked for. */
const fewRows = 12;
/** Of whose chance one may say so in a sentence. */
const sure = 0.8;
/** Minor units of money that outcomes are told for: a thousand euros, a hundred thousand yen. */
const unit = 100_000;

/** What was spent beside what sales could use. */
export function BudgetReport(props: ReportProps) {
  const { w, f } = useWords();
  const r = w.report;
  const one = (n: number) => f.number(Math.round(n * 10) / 10);
  const some = (n: number) => f.number(Number(n.toPrecision(2)));
  const part = (n: number | undefined) => (n === undefined ? '–' : f.percent(n, 1));
  return (
    <ReportFrame<Answer>
      {...props}
      page="budget"
      route="budgetReport"
      text={r.budgetText}
      by={['compare', 'channel', 'campaign', 'owner', 'origin', 'segment', 'attribution']}
      fills={r.fills.budget}
      isEmpty={({ channels }) => channels.length === 0}
    >
      {({ attribution, channels, campaigns, currency, next, total }) => {
        const money = (list: readonly { value: number; currency: string }[]) => list.map(f.moneyAbout).join(', ') || '–';
        const amount = (value: number) => f.moneyAbout({ value, currency: currency ?? '' });
        // Why there is no price: too few, nothing that it could be of, or money that nobody converts.
        const unpriced = ({ spent }: Pick<Answer['total'], 'spent'>, n: number) =>
          !isEnough(n) ? r.underTwenty : spent.length === 0 ? r.nothingSpent : r.severalCurrencies;
        const cost = (row: Pick<Answer['total'], 'costPer' | 'outcomes' | 'spent'>, of: 'accepted' | 'sql' | 'customer') => {
          const price = row.costPer[of];
          if (!price || currency === undefined) return <span className="quiet">{unpriced(row, row.outcomes[of])}</span>;
          return (
            <>
              {amount(price.value)}
              <small className="before">{`${amount(price.low)} – ${amount(price.high)}`}</small>
            </>
          );
        };
        const withShare = (list: readonly { value: number; currency: string }[], share: number | undefined) => (
          <>
            {money(list)}
            {share !== undefined && <small className="before">{part(share)}</small>}
          </>
        );
        const byModel = ({ sql, costPerSql }: Answer['channels'][number]['models']['first']) => (
          <>
            {one(sql)}
            {costPerSql !== undefined && currency !== undefined && <small className="before">{amount(costPerSql)}</small>}
          </>
        );
        const perSql = currency === undefined ? undefined : total.costPer.sql;
        const rows = [
          ...channels.map((row) => ({ key: row.channel as string, name: w.channel[row.channel], row })),
          ...campaigns.map((row) => ({ key: row.campaign.id, name: row.campaign.name, row })),
        ];
        return (
          <>
            <Tiles>
              <Tile name={r.spend} value={money(total.spent)} under={r.ofPlanned(money(total.planned))} />
              <Tile
                name={<Staged stage="sql" text={w.stage.sql} />}
                value={one(total.outcomes.sql)}
                under={[
                  total.before && `${one(total.before.outcomes.sql)} ${r.before}`,
                  total.without.sql > 0 && r.withoutTouch(f.number(total.without.sql)),
                ]
                  .filter(Boolean)
                  .join(w.joint)}
              />
              <Tile
                name={<Staged stage="sql" text={r.perSql} />}
                value={perSql ? amount(perSql.value) : '–'}
                under={perSql ? `${amount(perSql.low)} – ${amount(perSql.high)}` : unpriced(total, total.outcomes.sql)}
              />
              <Tile name={r.pipeline} value={money(total.pipeline)} under={`${r.won} ${money(total.won)}`} />
            </Tiles>
            {ofSomeLeads(props.view) && total.spent.length > 0 && <p className="help">{`${r.wholeCost} ${r.atMost}`}</p>}
            <SharesPlot channels={channels} currency={currency} model={r.models[attribution]} />
            <TableBehind of={r.spendAndSql}>
              <FigureTable
                label={r.spendAndSql}
                columns={[
                  { head: r.channelOrCampaign },
                  { head: r.planned, num: true },
                  { head: r.spend, num: true },
                  { head: r.shareOfSpend, num: true },
                  { head: w.stage.sql, stage: 'sql', num: true },
                  { head: r.shareOfSql, stage: 'sql', num: true },
                  { head: r.pipeline, num: true },
                  { head: r.won, num: true },
                ]}
                rows={rows.map(({ key, name, row }) => ({
                  key,
                  cells: [
                    <bdi key={key}>{name}</bdi>,
                    money(row.planned),
                    money(row.spent),
                    part(row.shareOf.spent),
                    one(row.outcomes.sql),
                    part(row.shareOf.sql),
                    withShare(row.pipeline, row.shareOf.pipeline),
                    withShare(row.won, row.shareOf.won),
                  ],
                }))}
              />
            </TableBehind>
            <TableBehind of={r.costs} open={rows.length <= fewRows}>
              <FigureTable
                label={r.costs}
                columns={[
                  { head: r.channelOrCampaign },
                  { head: r.perAccepted, num: true },
                  { head: r.perSql, stage: 'sql', num: true },
                  { head: r.perCustomer, num: true },
                ]}
                rows={[{ key: 'all', name: r.allOfThem, row: total }, ...rows].map(({ key, name, row }) => ({
                  key,
                  cells: [<bdi key={key}>{name}</bdi>, cost(row, 'accepted'), cost(row, 'sql'), cost(row, 'customer')],
                }))}
              />
            </TableBehind>
            <TableBehind of={r.otherModels}>
              <FigureTable
                label={r.otherModels}
                columns={[
                  { head: r.channelOrCampaign },
                  ...attributionModels.map((model) => ({ head: r.models[model], num: true as const })),
                ]}
                rows={rows.map(({ key, name, row }) => ({
                  key,
                  cells: [<bdi key={key}>{name}</bdi>, ...attributionModels.map((model) => byModel(row.models[model]))],
                }))}
              />
            </TableBehind>
            <section className="plot-panel">
              <h2>{r.nextUnit}</h2>
              {next[0] && currency !== undefined ? (
                <>
                  <p>{(next[0].chance >= sure ? r.nextUnitSure : r.nextUnitOpen)(w.channel[next[0].channel], f.percent(next[0].chance))}</p>
                  <p className="second">
                    <Staged stage="sql" text={r.nextUnitText} />
                  </p>
                  <FigureTable
                    label={r.nextUnit}
                    columns={[
                      { head: r.channel },
                      { head: r.chance, num: true },
                      { head: r.sqlsFor(f.money({ value: unit, currency })), stage: 'sql', num: true },
                    ]}
                    rows={next.map(({ channel, chance, sqlPer }) => ({
                      key: channel,
                      cells: [
                        w.channel[channel],
                        f.percent(chance),
                        <Fragment key={channel}>
                          {some(sqlPer.value * unit)}
                          <small className="before">{`${some(sqlPer.low * unit)} – ${some(sqlPer.high * unit)}`}</small>
                        </Fragment>,
                      ],
                    }))}
                  />
                </>
              ) : props.view.channel || props.view.campaign ? (
                <>
                  <p className="second">{r.nextUnitPart}</p>
                  <button type="button" className="btn" onClick={() => props.onChange({ channel: undefined, campaign: undefined })}>
                    {r.showAllChannels}
                  </button>
                </>
              ) : (
                <>
                  <p className="second">
                    <Staged stage="sql" text={r.nextUnitNone} />
                  </p>
                  {props.view.period !== 'last-12' && (
                    <button type="button" className="btn" onClick={() => props.onChange({ period: 'last-12' })}>
                      {r.showLast12}
                    </button>
                  )}
                </>
              )}
            </section>
          </>
        );
      }}
    </ReportFrame>
  );
}

/** Share of spend, outlined and dashed, above share of SQLs, filled. */
function SharesPlot({ channels, currency, model }: { channels: Answer['channels']; currency: string | undefined; model: string }) {
  const { w, f } = useWords();
  const r = w.report;
  const options = useCallback<Parameters<typeof PlotFigure>[0]['options']>(
    (Plot) => {
      const cost = ({ costPer: { sql } }: Answer['channels'][number]) =>
        sql && currency !== undefined ? f.moneyAbout({ value: sql.value, currency }) : '–';
      const priced = currency !== undefined && channels.some(({ costPer }) => costPer.sql);
      const data = channels
        .map((row) => ({ ...row, cost: cost(row) }))
        .map(({ channel, shareOf, cost }) => ({
          cost,
          name: w.channel[channel],
          spent: (shareOf.spent ?? 0) * 100,
          sql: (shareOf.sql ?? 0) * 100,
        }));
      const most = Math.max(1, ...data.flatMap(({ spent, sql }) => [spent, sql]));
      return {
        style: plotStyle,
        height: data.length * 40 + (priced ? 52 : 32),
        marginLeft: 130,
        marginRight: priced ? 150 : 60,
        marginTop: priced ? 24 : 4,
        x: { domain: [0, most], label: null, tickSize: 0, ticks: 4, tickFormat: (n: number) => f.percent(n / 100) },
        y: { domain: data.map(({ name }) => name), label: null, tickSize: 0 },
        marks: [
          Plot.gridX({ stroke: 'var(--plot-grid)', strokeOpacity: 1, ticks: 4 }),
          Plot.barX(data, {
            x: 'spent',
            y: 'name',
            fill: 'none',
            stroke: 'var(--ink-2)',
            strokeDasharray: '3 2',
            insetTop: 6,
            insetBottom: 20,
          }),
          Plot.barX(data, { x: 'sql', y: 'name', fill: 'var(--plot-1)', insetTop: 20, insetBottom: 6 }),
          ...(['spent', 'sql'] as const).map((what) =>
            Plot.text(data, {
              x: what,
              y: 'name',
              text: (d: { spent: number; sql: number }) => f.percent(d[what] / 100),
              textAnchor: 'start',
              dx: 6,
              dy: what === 'spent' ? -7 : 7,
              fontSize: 11,
              fill: what === 'spent' ? 'var(--ink-2)' : 'var(--ink)',
            }),
          ),
          ...(priced
            ? [
                Plot.text(data, {
                  y: 'name',
                  text: 'cost',
                  frameAnchor: 'right',
                  textAnchor: 'end',
                  dx: 146,
                  fontSize: 12,
                  fill: 'var(--ink)',
                }),
                Plot.text([r.perSql], {
                  frameAnchor: 'top-right',
                  textAnchor: 'end',
                  dx: 146,
                  dy: -16,
                  fontSize: 11,
                  fill: 'var(--ink-2)',
                }),
              ]
            : []),
        ],
      };
    },
    [channels, currency, w, r, f],
  );
  return (
    <section className="plot-panel">
      <h2>{r.spendAndSql}</h2>
      <p className="second">
        <Staged stage="sql" text={r.spendAndSqlText(model)} />
      </p>
      <PlotFigure label={r.spendAndSql} options={options} />
    </section>
  );
}
