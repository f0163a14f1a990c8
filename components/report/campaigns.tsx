import { useCallback, useState } from 'react';
import type { CampaignReportRow, campaignsReport } from '../../lib/contract/routes/reports.ts';
import type { z } from '../../lib/contract/z.ts';
import type { Agreement } from '../../lib/funnel/agreement.ts';
import { reasonWords } from '../card/reason.ts';
import { Icon } from '../icons.tsx';
import { Failed, Shapes } from '../parts/answering.tsx';
import { ReasonEntry, Termed } from '../parts/entry.tsx';
import { Scrolls } from '../parts/scrolls.tsx';
import { type Answer, call } from '../use-api.ts';
import { useWords } from '../words/words.tsx';
import { useWorld } from '../world.tsx';
import type { Narrowing } from './filters.tsx';
import { everything, isNarrowed, ofSomeLeads } from './frame.tsx';
import { PlotFigure, plotStyle } from './plot.tsx';
import { Renewing } from './renewing.tsx';
import { ShareCell, Verdicts } from './share.tsx';
import { TableBehind } from './table-behind.tsx';
import type { SortKey, View } from './view.ts';

/** What the report can be narrowed by. */
export const byCampaigns = ['compare', 'channel', 'campaign', 'owner', 'origin', 'segment'] as const satisfies Narrowing[];

export type CampaignsAnswer = z.output<NonNullable<typeof campaignsReport.answer>>;
type Row = CampaignsAnswer['items'][number];

const sortValue: Record<SortKey, (row: Row) => number | string> = {
  name: (row) => row.campaign.name.toLocaleLowerCase(),
  touched: (row) => row.touched,
  handedOver: (row) => row.handedOver,
  // What has no rate stands behind everything that has one.
  accepted: (row) => row.accepted.share ?? -1,
  qualified: (row) => row.qualified.share ?? -1,
  returned: (row) => row.returned,
};
export function sorted(rows: readonly Row[], key: SortKey, ascending: boolean): Row[] {
  const value = sortValue[key];
  return [...rows].sort((a, b) => {
    const [x, y] = [value(a), value(b)];
    const order = typeof x === 'string' ? x.localeCompare(String(y)) : x - Number(y);
    return (ascending ? order : -order) || b.handedOver - a.handedOver || b.touched - a.touched;
  });
}

export function CampaignsReport(props: {
  answer: Answer<CampaignsAnswer> & { again: () => void; renewing: boolean };
  agreement?: Agreement;
  view: View;
  onChange: (change: Partial<View>) => void;
}) {
  const { answer, view, onChange } = props;
  const { w } = useWords();
  if (answer.state === 'waiting') return <Shapes />;
  if (answer.state === 'failed') return <Failed trouble={answer.trouble} onAgain={answer.again} />;
  const { items, total } = answer.value;
  if (!items.length) return <Empty view={view} onChange={onChange} />;
  const rows = sorted(items, view.sort, view.ascending);
  return (
    <Renewing on={answer.renewing}>
      <Table {...props} rows={rows} total={total} compared={answer.value.compare !== undefined} />
      <p className="help">{w.report.note}</p>
      {ofSomeLeads(view) && total.spent.length > 0 && <p className="help">{w.report.wholeCost}</p>}
      <div className="two plots">
        <AcceptedPlot rows={rows} compared={answer.value.compare !== undefined} />
        <ReasonsPlot total={total} agreement={props.agreement} />
      </div>
    </Renewing>
  );
}

const columns: readonly {
  key: SortKey;
  word: 'campaign' | 'touched' | 'handedOver' | 'acceptedOf' | 'qualifiedOf' | 'returned';
  num?: true;
}[] = [
  { key: 'name', word: 'campaign' },
  { key: 'touched', word: 'touched', num: true },
  { key: 'handedOver', word: 'handedOver', num: true },
  { key: 'accepted', word: 'acceptedOf' },
  { key: 'qualified', word: 'qualifiedOf' },
  { key: 'returned', word: 'returned', num: true },
];

function Table(props: { rows: Row[]; total: CampaignReportRow; compared: boolean; view: View; onChange: (change: Partial<View>) => void }) {
  const { rows, total, compared, view, onChange } = props;
  const { w, f } = useWords();
  const r = w.report;
  const sort = (key: SortKey) => onChange(view.sort === key ? { ascending: !view.ascending } : { sort: key, ascending: key === 'name' });
  const reason = (row: CampaignReportRow) => {
    const top = row.reasons[0];
    return top && <ReasonEntry code={top.reason} within />;
  };
  // A campaign that touched nobody then did not run: there is nothing to compare with.
  const before = (row: CampaignReportRow) => (compared && row.before && row.before.touched > 0 ? row.before : undefined);
  const figures = (row: CampaignReportRow) => (
    <>
      <td className="num">
        <Count now={row.touched} before={before(row)?.touched} />
      </td>
      <td className="num">
        <Count now={row.handedOver} before={before(row)?.handedOver} />
      </td>
      <td>
        <ShareCell share={row.accepted} before={before(row)?.accepted} />
      </td>
      <td>
        <ShareCell share={row.qualified} before={before(row)?.qualified} />
      </td>
      <td className="num">
        <Count now={row.returned} before={before(row)?.returned} />
      </td>
      <td className="second">{reason(row) ?? <span className="quiet">–</span>}</td>
      <td>
        <Verdicts verdicts={row.verdicts} />
      </td>
    </>
  );
  return (
    <Scrolls label={r.nav.campaigns}>
      <table className="table tall report-table">
        <thead>
          <tr>
            {columns.map(({ key, word, num }) => {
              const on = view.sort === key;
              return (
                <th
                  key={key}
                  scope="col"
                  className={num && 'num'}
                  aria-sort={on ? (view.ascending ? 'ascending' : 'descending') : undefined}
                >
                  <button type="button" className={on ? 'sort on' : 'sort'} title={r.sortBy(r[word])} onClick={() => sort(key)}>
                    {r[word]}
                    {on && <Icon name={view.ascending ? 'up' : 'down'} small />}
                  </button>
                </th>
              );
            })}
            <th scope="col">{r.returnedFor}</th>
            <th scope="col">{r.verdicts}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.campaign.id}>
              <th scope="row">
                <b className="cut" title={row.campaign.name}>
                  <bdi>{row.campaign.name}</bdi>
                </b>
                <small>{w.channel[row.campaign.channel]}</small>
              </th>
              {figures(row)}
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">
              <b>{r.allCampaigns(rows.length)}</b>
              {total.spent.length > 0 && <small>{`${r.spend} ${total.spent.map((m) => f.moneyAbout(m)).join(', ')}`}</small>}
            </th>
            {figures(total)}
          </tr>
        </tfoot>
      </table>
    </Scrolls>
  );
}

function Count({ now, before }: { now: number; before?: number }) {
  const { w, f } = useWords();
  return (
    <>
      {f.number(now)}
      {before !== undefined && <small className="before">{`${f.number(before)} ${w.report.before}`}</small>}
    </>
  );
}

const rowHeight = 28;
const most = 16;

function AcceptedPlot({ rows, compared }: { rows: Row[]; compared: boolean }) {
  const { w, f } = useWords();
  const r = w.report;
  const rated = rows.filter((row) => row.accepted.share !== undefined).slice(0, most);
  const options = useCallback<Parameters<typeof PlotFigure>[0]['options']>(
    (Plot) => {
      const data = rated.map((row) => ({
        name: row.campaign.name,
        share: (row.accepted.share ?? 0) * 100,
        low: (row.accepted.low ?? 0) * 100,
        high: (row.accepted.high ?? 0) * 100,
        before: row.before?.accepted.share === undefined ? undefined : row.before.accepted.share * 100,
      }));
      return {
        style: plotStyle,
        height: data.length * rowHeight + 40,
        marginLeft: 150,
        marginRight: 44,
        marginTop: 4,
        marginBottom: 30,
        x: { domain: [0, 100], label: null, ticks: [0, 25, 50, 75, 100], tickSize: 0 },
        y: { domain: data.map((d) => d.name), label: null, tickSize: 0, tickFormat: (name: string) => shorten(name, 22) },
        marks: [
          Plot.gridX([0, 25, 50, 75, 100], { stroke: 'var(--plot-grid)', strokeOpacity: 1 }),
          Plot.ruleY(data, { y: 'name', x1: 'low', x2: 'high', stroke: 'var(--ink-2)', strokeWidth: 1.25, marker: 'tick' }),
          ...(compared
            ? [
                Plot.tickX(
                  data.filter((d) => d.before !== undefined),
                  { x: 'before', y: 'name', stroke: 'var(--plot-ghost)', strokeWidth: 2.5, insetTop: 7, insetBottom: 7 },
                ),
              ]
            : []),
          Plot.dot(data, { x: 'share', y: 'name', r: 4.5, fill: 'var(--plot-1)' }),
          Plot.text(data, {
            x: 100,
            y: 'name',
            text: (d: { share: number }) => f.percent(d.share / 100),
            textAnchor: 'start',
            dx: 8,
            fill: 'var(--ink)',
            fontWeight: 600,
          }),
        ],
      };
    },
    [rated, compared, f],
  );
  if (!rated.length) return null;
  return (
    <section className="plot-panel">
      <h2>{r.acceptedPlot}</h2>
      <p className="second">{compared ? r.acceptedPlotText : r.acceptedPlotAlone}</p>
      <PlotFigure label={r.acceptedPlot} options={options} />
      <TableBehind of={r.acceptedPlot}>
        <table className="table tight">
          <thead>
            <tr>
              <th scope="col">{r.campaign}</th>
              <th scope="col" className="num">
                {r.accepted}
              </th>
              <th scope="col" className="num">
                {r.handedOver}
              </th>
              <th scope="col" className="num">
                %
              </th>
              <th scope="col" className="num">
                {r.interval}
              </th>
              {compared && (
                <th scope="col" className="num">
                  {r.before}
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {rated.map(({ campaign, accepted, before }) => (
              <tr key={campaign.id}>
                <td>
                  <bdi>{campaign.name}</bdi>
                </td>
                <td className="num">{f.number(accepted.n)}</td>
                <td className="num">{f.number(accepted.of)}</td>
                <td className="num">{f.percent(accepted.share ?? 0, 1)}</td>
                <td className="num">
                  {f.percent(accepted.low ?? 0, 1)} – {f.percent(accepted.high ?? 0, 1)}
                </td>
                {compared && <td className="num">{before?.accepted.share === undefined ? '–' : f.percent(before.accepted.share, 1)}</td>}
              </tr>
            ))}
          </tbody>
        </table>
      </TableBehind>
    </section>
  );
}

function ReasonsPlot({ total, agreement }: { total: CampaignReportRow; agreement?: Agreement }) {
  const { w, f } = useWords();
  const r = w.report;
  const { reasons, returned } = total;
  const options = useCallback<Parameters<typeof PlotFigure>[0]['options']>(
    (Plot) => {
      const data = reasons.map(({ reason, n }) => ({ name: reasonWords(reason, agreement, w), n }));
      return {
        style: plotStyle,
        height: data.length * rowHeight + 12,
        marginLeft: 150,
        marginRight: 40,
        marginTop: 4,
        marginBottom: 4,
        x: { axis: null, domain: [0, Math.max(1, ...data.map((d) => d.n))] },
        y: { domain: data.map((d) => d.name), label: null, tickSize: 0, tickFormat: (name: string) => shorten(name, 22) },
        marks: [
          Plot.barX(data, { x: 'n', y: 'name', fill: 'var(--plot-3)', insetTop: 7, insetBottom: 7, rx: 2 }),
          Plot.text(data, { x: 'n', y: 'name', text: (d: { n: number }) => f.number(d.n), textAnchor: 'start', dx: 6, fill: 'var(--ink)' }),
        ],
      };
    },
    [reasons, agreement, w, f],
  );
  if (!reasons.length) return null;
  return (
    <section className="plot-panel">
      <h2>{r.reasonsPlot}</h2>
      <p className="second">
        <Termed text={r.reasonsPlotText(returned)} />
      </p>
      <PlotFigure label={r.reasonsPlot} options={options} />
      <TableBehind of={r.reasonsPlot}>
        <table className="table tight">
          <thead>
            <tr>
              <th scope="col">{r.reason}</th>
              <th scope="col" className="num">
                {r.returned}
              </th>
            </tr>
          </thead>
          <tbody>
            {reasons.map(({ reason, n }) => (
              <tr key={reason}>
                <td>
                  <ReasonEntry code={reason} />
                </td>
                <td className="num">{f.number(n)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableBehind>
    </section>
  );
}

const shorten = (text: string, length: number) => (text.length > length ? `${text.slice(0, length - 1).trimEnd()}…` : text);

function Empty({ view, onChange }: { view: View; onChange: (change: Partial<View>) => void }) {
  const { w } = useWords();
  const { openPage } = useWorld();
  const r = w.report;
  const widest = view.period === 'last-12' && !isNarrowed(view, byCampaigns);
  return (
    <div className="void">
      <h2>{widest ? r.firstDay : r.empty}</h2>
      <p className="second">{widest ? r.firstDayText : r.emptyText}</p>
      {widest ? (
        <button type="button" className="btn main" onClick={() => openPage('options', 'sources')}>
          {r.addSource}
        </button>
      ) : (
        <button type="button" className="btn" onClick={() => onChange({ ...everything, period: 'last-12' })}>
          {r.showLast12}
        </button>
      )}
    </div>
  );
}

/** CSV as the backend writes it; print; and a link to the same view. */
export function Tools(props: { route?: string; params?: Record<string, string>; query?: Record<string, string>; name: string }) {
  const { route = 'campaignsReport', params, query, name } = props;
  const { w } = useWords();
  const { ask, save, copy } = useWorld();
  const r = w.report;
  const [copied, setCopied] = useState(false);
  const [wrong, setWrong] = useState<string>();
  const csv = () =>
    call<string>(ask, { route, params, query, accept: 'text/csv' }).then(
      (text) => save(`${name}.csv`, 'text/csv;charset=utf-8', text),
      (error: unknown) => setWrong(error instanceof Error ? error.message : w.failed),
    );
  const print = () => {
    for (const details of document.querySelectorAll('details')) details.open = true;
    window.print();
  };
  return (
    <div className="tools">
      {wrong && <span className="help wrong">{wrong}</span>}
      <button type="button" className="btn small plain" onClick={() => void csv()}>
        <Icon name="get" />
        {r.csv}
      </button>
      <button type="button" className="btn small plain" onClick={print}>
        <Icon name="print" />
        {r.print}
      </button>
      <button type="button" className="btn small plain" onClick={() => void copy(location.href).then(() => setCopied(true))}>
        <Icon name={copied ? 'check' : 'link'} />
        <span aria-live="polite">{copied ? r.linkCopied : r.copyLink}</span>
      </button>
    </div>
  );
}
