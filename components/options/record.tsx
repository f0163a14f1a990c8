import type { AgreementRecord } from '../../lib/contract/routes/agreement.ts';
import type { Agreement, Commitment } from '../../lib/funnel/agreement.ts';
import { isMeasure, type Measure, measures } from '../../lib/funnel/measures.ts';
import { periodIn } from '../../lib/funnel/periodNames.ts';
import { type Interval, targetAgainst } from '../../lib/funnel/record.ts';
import { Icon } from '../icons.tsx';
import { Agreeing } from '../parts/entry.tsx';
import { useApi } from '../use-api.ts';
import { useSettled } from '../use-settled.ts';
import { useWords } from '../words/words.tsx';

type Line = AgreementRecord['items'][number];

/** What the last four quarters delivered of what this version promises. */
export const useRecord = (version: number) => useApi<AgreementRecord>({ route: 'getRecord', query: { version: String(version) } });

/** Both teams' promises, each goal beside the workspace's own record. */
export function Commitments({ agreement }: { agreement: Agreement }) {
  const { w, f } = useWords();
  const o = w.options;
  const record = useRecord(agreement.version);
  const lines = new Map(record.state === 'here' ? record.value.items.map((line) => [line.id, line]) : []);
  const quarters = record.state === 'here' ? record.value.quarters : [];
  return (
    <table className="table many">
      <thead>
        <tr>
          <th scope="col">{o.whoPromises}</th>
          <th scope="col">{o.promises}</th>
          <th scope="col" className="num">
            {o.goal}
          </th>
          <th scope="col">{w.agree.record}</th>
        </tr>
      </thead>
      <tbody>
        {agreement.commitments.map((c) => (
          <tr key={c.id}>
            <td className="second">{w.team[c.team]}</td>
            <td>
              <Agreeing text={c.segment ? `${c.text} · ${c.segment}` : c.text} />
            </td>
            <td className="num">{c.unit === 'share' ? f.percent(c.target) : f.number(c.target)}</td>
            <td>
              {record.state === 'here' && <Record commitment={c} line={lines.get(c.id)} quarters={quarters.map(({ name }) => name)} />}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** A promise may be made once for each segment in the same words. */
function promiseOf({ commitments }: Agreement, id: string): string {
  const { text, segment } = commitments.find((one) => one.id === id) ?? { text: '' };
  return segment === undefined ? text : `${text} · ${segment}`;
}

/** The record of a promise that is being written, beside its goal; `target` is absent while it is no number. */
export function RecordOf({ measure, hours, segment, target }: { measure: Measure; hours: string; segment: string; target?: number }) {
  const asked = useSettled(
    JSON.stringify({ measure, ...(Number(hours) > 0 && { hours }), ...(segment.trim() && { segment: segment.trim() }) }),
  );
  const answer = useApi<AgreementRecord>({ route: 'getRecord', query: JSON.parse(asked) });
  const { w } = useWords();
  if (answer.state === 'failed') return <span className="quiet">{w.agree.tooFew}</span>;
  if (answer.state !== 'here') return null;
  const { items, quarters } = answer.value;
  const [line] = items;
  const against = target === undefined ? undefined : targetAgainst(target, line?.record);
  return (
    <Record
      commitment={{ measure, unit: measures[measure].unit, target }}
      line={line && { ...line, against }}
      quarters={quarters.map(({ name }) => name)}
    />
  );
}

interface Shown {
  commitment: Pick<Commitment, 'measure' | 'unit'> & { target?: number };
  line?: Line;
  quarters: string[];
}
function Record({ commitment, line, quarters }: Shown) {
  const { w, f } = useWords();
  const a = w.agree;
  if (!isMeasure(commitment.measure)) return <span className="quiet">{a.wordOnly}</span>;
  if (!line?.record) return <span className="quiet">{a.tooFew}</span>;
  const share = commitment.unit === 'share';
  const one = (value: number) => (share ? f.percent(value) : f.number(Math.round(value * 10) / 10));
  const whole = (value: number) => (share ? one(value) : a.aMonth(one(value)));
  const detail = line.quarters
    .map((part, i) =>
      a.quarterOf(
        periodIn(w.language, quarters[i] ?? ''),
        part.value === undefined ? (share ? `${part.n} / ${part.of}` : '0') : one(part.value),
      ),
    )
    .join(w.joint);
  return (
    <span title={detail}>
      <Bar {...line.record} target={commitment.target} most={share ? 1 : Math.max(commitment.target ?? 0, line.record.high) * 1.15} />{' '}
      <span className="n">{whole(line.record.value)}</span>
      <small className="before">{a.between(one(line.record.low), one(line.record.high))}</small>
      <small className="before">{detail}</small>
      {line.against && (
        <small className="outside row">
          <Icon name="alert" small />
          {a[line.against]}
        </small>
      )}
    </span>
  );
}

const width = 96;
/** The record from zero with its interval, and the goal as a line. The words beside it say the same. */
function Bar({ value, low, high, target, most }: Interval & { target?: number; most: number }) {
  const x = (n: number) => Math.round((Math.min(n, most) / most) * width * 10) / 10;
  return (
    <svg width={width} height="16" viewBox={`0 0 ${width} 16`} aria-hidden="true">
      <rect y="4" width={width} height="8" rx="2" fill="var(--plot-grid)" />
      <rect y="4" width={x(value)} height="8" rx="2" fill="var(--plot-1)" />
      <path d={`M${x(low)} 8H${x(high)}M${x(low)} 5v6M${x(high)} 5v6`} stroke="var(--ink)" strokeWidth="1.25" fill="none" />
      {target !== undefined && <path d={`M${x(target)} 1v14`} stroke="var(--ink-2)" strokeWidth="2" strokeDasharray="2 2" />}
    </svg>
  );
}

/** Said to whoever is about to sign: which goals lie outside the record. Signing stays possible. */
export function Outside({ agreement }: { agreement: Agreement }) {
  const { w } = useWords();
  const record = useRecord(agreement.version);
  const out = record.state === 'here' ? record.value.items.filter(({ against }) => against) : [];
  if (!out.length) return null;
  return (
    <div className="note care" role="status">
      <Icon name="alert" />
      <div>
        <b>{w.agree.outside(out.length)}</b>
        <ul>
          {out.map(({ id, against }) => (
            <li key={id}>
              <bdi>{promiseOf(agreement, id)}</bdi>
              {w.joint}
              {against && w.agree[against]}
            </li>
          ))}
        </ul>
        <p>{w.agree.outsideSign}</p>
      </div>
    </div>
  );
}
