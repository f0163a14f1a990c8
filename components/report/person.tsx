import { useCallback, useEffect, useRef } from 'react';
import type { Status } from '../../lib/bridge/protocol.ts';
import type { personReport } from '../../lib/contract/routes/reports-person.ts';
import type { z } from '../../lib/contract/z.ts';
import type { Agreement } from '../../lib/funnel/agreement.ts';
import { partOf } from '../../lib/funnel/words.ts';
import { reasonWords } from '../card/reason.ts';
import { Icon } from '../icons.tsx';
import { useNow } from '../now.ts';
import { Failed, Shapes } from '../parts/answering.tsx';
import { StageEntry } from '../parts/entry.tsx';
import { Points } from '../parts/points.tsx';
import { Strip } from '../parts/strip.tsx';
import { Find } from '../popup/find.tsx';
import { useApi } from '../use-api.ts';
import { fill, useWords } from '../words/words.tsx';
import { useWorld } from '../world.tsx';
import { Tools } from './campaigns.tsx';
import { PlotFigure, plotStyle } from './plot.tsx';
import { reachOf, stairs } from './stairs.ts';
import { TableBehind } from './table-behind.tsx';
import type { View } from './view.ts';

export type PersonAnswer = z.output<NonNullable<typeof personReport.answer>>;

/** One person: which campaigns reached them, in order, and what each one told them. */
export function PersonReport({
  view,
  agreement,
  onChange,
}: {
  status: Status;
  view: View;
  agreement?: Agreement;
  onChange: (change: Partial<View>) => void;
}) {
  const { w } = useWords();
  const { lead } = view;
  const find = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== '/' || (event.target as Element).closest('input, textarea, select')) return;
      event.preventDefault();
      find.current?.querySelector('input')?.focus();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
  return (
    <>
      <header className="section-head">
        <div className="grow">
          <h1>{w.report.nav.person}</h1>
          <p className="second">{lead ? w.person.text : w.person.findText}</p>
        </div>
        {lead && <Tools route="personReport" params={{ id: lead }} name={`person ${lead}`} />}
      </header>
      <div className="person-find" ref={find}>
        <Find key={lead ?? ''} onOpen={(id) => onChange({ lead: id })} onFound={() => {}} />
      </div>
      {lead && <Person key={lead} id={lead} agreement={agreement} />}
    </>
  );
}

function Person({ id, agreement }: { id: string; agreement?: Agreement }) {
  const { w } = useWords();
  const answer = useApi<PersonAnswer>({ route: 'personReport', params: { id } });
  if (answer.state === 'waiting') return <Shapes />;
  if (answer.state === 'failed')
    return ['gone', 'not-found'].includes(answer.trouble.code) ? (
      <p className="second">{w.person.gone}</p>
    ) : (
      <Failed trouble={answer.trouble} onAgain={answer.again} />
    );
  return <Shown answer={answer.value} agreement={agreement} />;
}

function Shown({ answer, agreement }: { answer: PersonAnswer; agreement?: Agreement }) {
  const { w } = useWords();
  const p = w.person;
  const { person, campaigns, touches, stages } = answer;
  return (
    <>
      <div className="row person-head">
        <div className="grow">
          <h2>
            <bdi>{person.name}</bdi>
          </h2>
          <p className="second">
            <bdi>{[person.title, person.company].filter(Boolean).join(w.joint)}</bdi>
          </p>
        </div>
        <Strip stage={person.stage} passed={stages.flatMap(({ to }) => to)} />
        <StageEntry stage={person.stage} />
      </div>
      {campaigns.length || touches.length ? (
        <>
          <section className="plot-panel">
            <h2>{fill(p.every, { name: <bdi>{person.name}</bdi> })}</h2>
            <p className="second">{p.everyText(person.name)}</p>
            <Lanes answer={answer} agreement={agreement} />
            <TableBehind of={p.touches}>
              <Touches answer={answer} />
            </TableBehind>
          </section>
          <h2 className="below">{p.told}</h2>
          <ol className="told-list">
            {campaigns.map((campaign) => (
              <Told key={campaign.id} campaign={campaign} />
            ))}
          </ol>
        </>
      ) : (
        <div className="void">
          <h2>{p.nothing(person.name)}</h2>
          <p className="second">{p.nothingText}</p>
        </div>
      )}
    </>
  );
}

/** The day on this device, as times are shown. */
const localDay = (at: Date): string =>
  `${at.getFullYear()}-${String(at.getMonth() + 1).padStart(2, '0')}-${String(at.getDate()).padStart(2, '0')}`;
const laneHeight = 36;
const mostLanes = 24;
const rowHeight = 16;
/** Rows of words above the lanes, and px that a letter of them takes at most. */
const mostRows = 8;
const letter = 7;
const shorten = (text: string, length: number) => (text.length > length ? `${text.slice(0, length - 1).trimEnd()}…` : text);

/** A lane a campaign over time: dots for what the person did, a line for what was sent, uprights for stages. */
function Lanes({ answer, agreement }: { answer: PersonAnswer; agreement?: Agreement }) {
  const { w, f } = useWords();
  const now = useNow();
  const p = w.person;
  const { campaigns, touches, stages } = answer;
  const none = '\u0000';
  const options = useCallback<Parameters<typeof PlotFigure>[0]['options']>(
    (Plot, width) => {
      const nameWidth = width > 640 ? 28 : 18;
      const loose = touches.some(({ campaign }) => campaign === undefined);
      const lanes = [...campaigns.slice(0, mostLanes).map(({ id }) => id), ...(loose ? [none] : [])];
      const nameOf = new Map<string, string>([...campaigns.map(({ id, name }) => [id, name] as const), [none, p.noCampaign]]);
      const dots = touches
        .map(({ at, campaign }) => ({ at: new Date(at), lane: campaign ?? none }))
        .filter(({ lane }) => lanes.includes(lane));
      const spans = campaigns
        .slice(0, mostLanes)
        .filter(({ passive }) => passive > 0)
        .map(({ id, firstAt, lastAt }) => ({ lane: id, from: new Date(firstAt), to: new Date(lastAt) }));
      const times = [...dots.map(({ at }) => at), ...spans.flatMap(({ from, to }) => [from, to]), ...stages.map(({ at }) => new Date(at))];
      const first = Math.min(...times.map(Number));
      const last = Math.max(now, ...times.map(Number));
      const room = (last - first || 86_400_000) * 0.03;
      const marginLeft = width > 640 ? 190 : 130;
      const marginRight = 48;
      const px = width - marginLeft - marginRight;
      const changes = stages.map(({ at, to, reason }) => {
        const label = w.stage[to] + (reason ? `: ${w.inSentence(reasonWords(reason, agreement, w))}` : '');
        return { at: new Date(at), label, width: label.length * letter + 8, color: `var(--${partOf[to]})`, aside: partOf[to] === 'aside' };
      });
      const from = first - room;
      const to = reachOf(
        changes.map((change) => ({ ...change, at: Number(change.at), width: change.width - marginRight / 2 })),
        from,
        last + room,
        px,
      );
      const rows = stairs(changes.map(({ at, width: wide }) => ({ x: ((Number(at) - from) / (to - from)) * px, width: wide })));
      const stack = Math.min(mostRows, Math.max(0, ...rows.map((row) => row + 1)));
      return {
        style: plotStyle,
        height: lanes.length * laneHeight + 24 + rowHeight * stack + 28,
        marginLeft,
        marginRight,
        marginTop: 24 + rowHeight * stack,
        marginBottom: 28,
        x: {
          type: 'time',
          domain: [new Date(from), new Date(to)],
          label: null,
          tickSize: 0,
          ticks: width > 640 ? 8 : 4,
          tickFormat: (at: Date) => (to - from > 75 * 86_400_000 ? f.month(localDay(at)) : f.date(localDay(at), now)),
        },
        y: {
          domain: lanes,
          label: null,
          tickSize: 0,
          tickFormat: (lane: string) => shorten(nameOf.get(lane) ?? '', nameWidth),
        },
        marks: [
          Plot.gridY({ stroke: 'var(--plot-grid)', strokeOpacity: 1 }),
          ...changes.flatMap((change, i) => {
            const row = Math.min(rows[i]!, mostRows - 1);
            const rule = { x: 'at', stroke: change.color, strokeWidth: 1.5, insetTop: -rowHeight * (row + 1) };
            return [
              Plot.ruleX([change], { ...rule, ...(change.aside && { strokeDasharray: '4 3' }) }),
              // Where more happened at once than there are rows, the table behind has the rest in words.
              ...(rows[i]! < mostRows
                ? [
                    Plot.text([change], {
                      x: 'at',
                      text: 'label',
                      frameAnchor: 'top',
                      textAnchor: 'start',
                      dx: 4,
                      dy: -rowHeight * (row + 1) + 1,
                      fill: change.color,
                      fontWeight: 600,
                      fontSize: 11,
                    }),
                  ]
                : []),
            ];
          }),
          Plot.ruleY(spans, { y: 'lane', x1: 'from', x2: 'to', stroke: 'var(--plot-axis)', strokeWidth: 2 }),
          Plot.tickX(
            spans.flatMap(({ lane, from, to }) => [
              { lane, at: from },
              { lane, at: to },
            ]),
            { x: 'at', y: 'lane', stroke: 'var(--plot-axis)', strokeWidth: 2, insetTop: 13, insetBottom: 13 },
          ),
          Plot.dot(dots, { x: 'at', y: 'lane', r: 4.5, fill: 'var(--plot-1)', stroke: 'var(--surface)', strokeWidth: 1 }),
          Plot.text(
            campaigns.slice(0, mostLanes).map(({ id, active }) => ({ lane: id, n: f.number(active) })),
            { y: 'lane', text: 'n', frameAnchor: 'right', textAnchor: 'end', dx: 40, fill: 'var(--ink)' },
          ),
          Plot.text([p.active], { frameAnchor: 'top-right', textAnchor: 'end', dx: 44, dy: -16, fill: 'var(--ink-3)', fontSize: 11 }),
        ],
      };
    },
    [campaigns, touches, stages, agreement, now, w, f, p],
  );
  return <PlotFigure label={p.everyText(answer.person.name)} options={options} />;
}

function Touches({ answer }: { answer: PersonAnswer }) {
  const { w, f } = useWords();
  const p = w.person;
  const { touches, more } = answer;
  return (
    <>
      {more && <p className="help">{p.newest(touches.length)}</p>}
      <table className="table tight">
        <thead>
          <tr>
            <th scope="col">{p.when}</th>
            <th scope="col">{w.report.campaign}</th>
            <th scope="col">{p.what}</th>
          </tr>
        </thead>
        <tbody>
          {[...touches].reverse().map((touch) => (
            <tr key={touch.id}>
              <td>
                <time dateTime={touch.at}>{f.full(touch.at)}</time>
              </td>
              <td>
                <bdi>{touch.campaignName ?? p.noCampaign}</bdi>
              </td>
              <td>
                <bdi>{w.touch[touch.kind](touch.asset)}</bdi>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

function Told({ campaign }: { campaign: PersonAnswer['campaigns'][number] }) {
  const { w, f } = useWords();
  const { copy, openLink } = useWorld();
  const p = w.person;
  const { name, channel, active, passive, firstAt, firstActiveAt, lastAt, message } = campaign;
  const day = (at: string) => f.dateFull(localDay(new Date(at)));
  const text = message && [message.headline, ...message.points, message.link].filter(Boolean).join('\n');
  return (
    <li>
      <div className="row">
        <b className="grow">
          <bdi>{name}</bdi>
        </b>
        {text && (
          <button type="button" className="btn small plain" onClick={() => void copy(text)}>
            <Icon name="copy" />
            {p.copyMessage}
          </button>
        )}
      </div>
      <p className="quiet t12">
        {[
          w.channel[channel],
          p.span(day(firstActiveAt ?? firstAt), day(lastAt)),
          active ? p.did(active) : p.onlySent,
          passive > 0 && p.passive(passive),
        ]
          .filter(Boolean)
          .join(w.joint)}
      </p>
      {message ? (
        <blockquote>
          <p>
            <bdi>{message.headline}</bdi>
          </p>
          <Points of={message.points} />
          {message.link && /^https?:/.test(message.link) && (
            <button type="button" className="btn link inline cut" onClick={() => openLink(message.link!)}>
              {message.link}
            </button>
          )}
        </blockquote>
      ) : (
        <p className="second">{p.noMessage}</p>
      )}
    </li>
  );
}
