import { useState } from 'react';
import type { Agreement, Commitment, Reason } from '../../lib/funnel/agreement.ts';
import { compare } from '../../lib/funnel/checkAgreement.ts';
import type { Stage } from '../../lib/funnel/words.ts';
import { reasonLabel } from '../card/reason.ts';
import type { Format } from '../format.ts';
import { Choice } from '../parts/choice.tsx';
import { effectWords } from '../parts/entry-text.tsx';
import { Scrolls } from '../parts/scrolls.tsx';
import { useApi } from '../use-api.ts';
import { useWords, type Words } from '../words/words.tsx';

interface Pair {
  left: Agreement;
  right: Agreement;
}
interface Version {
  version: number;
  inForceAt?: string;
}

/** What a code, an id or a weekday in a path is called: in the newer of the two, else in the older. */
function nameOf(step: string, of: string, { left, right }: Pair, w: Words, f: Format): string | undefined {
  for (const { reasons, commitments } of [right, left]) {
    const reason = of === 'reasons' ? reasons.find(({ code }) => code === step) : undefined;
    if (reason) return reasonLabel(reason, w);
    const commitment = of === 'commitments' ? commitments.find(({ id }) => id === step) : undefined;
    if (commitment) return commitment.text;
  }
  return of === 'hours' && /^[1-7]$/.test(step) ? f.weekday(Number(step)) : undefined;
}

/** Where a difference is, in words: stages, reasons, promises and days by their names. */
export const pathWords = (path: string, pair: Pair, w: Words, f: Format): string => {
  const steps = path.split('.');
  return steps
    .map((step, i) =>
      i === 0
        ? (w.agree.parts[step] ?? step)
        : (nameOf(step, steps[i - 1] ?? '', pair, w, f) ??
          w.stage[step as Stage] ??
          w.agree.fields[step] ??
          (w.team as Record<string, string>)[step] ??
          step),
    )
    .join(' › ');
};

/** What a reason is only where it is said. */
const flags = ['needsAttempts', 'needsNote', 'retired'];

/** What stands there, in words. `path`: where, so that codes of the agreement are said by their names. */
export function said(value: unknown, path: string, w: Words, f: Format): string {
  const a = w.agree;
  const [part] = path.split('.');
  const last = path.split('.').at(-1) ?? '';
  if (value === undefined) return flags.includes(last) ? a.no : a.absent;
  if (value === true) return a.yes;
  if (typeof value !== 'object' || value === null) {
    const known: Partial<Record<string, Partial<Record<string, string>>>> = {
      wake: a.effects,
      outcome: a.outcomes,
      actor: w.entry.actor,
      group: a.groups,
      measure: a.measures,
      unit: a.units,
      team: w.team,
    };
    if (last === 'weekStart') return f.weekday(Number(value));
    if (last === 'fiscalYearStart') return f.monthName(Number(value));
    return known[last]?.[String(value)] ?? String(value);
  }
  if (Array.isArray(value)) return value.map((one) => (Array.isArray(one) ? one.join(' – ') : said(one, path, w, f))).join(', ');
  if (part === 'reasons' && 'code' in value) {
    const reason = value as Reason;
    return [`${reasonLabel(reason, w)} (${reason.code}).`, effectWords(reason, w), w.entry.whoActs(w.entry.actor[reason.actor])].join(' ');
  }
  if (part === 'commitments' && 'target' in value) {
    const one = value as Commitment;
    const goal = one.unit === 'share' ? f.percent(one.target) : a.aMonth(f.number(one.target));
    return [`${w.team[one.team]}: ${one.text}`, goal, one.hours !== undefined && a.hours(f.number(one.hours)), one.segment]
      .filter(Boolean)
      .join(w.joint);
  }
  if ('days' in value) return w.options.wakesDays(Number(value.days));
  return Object.entries(value)
    .map(([key, one]) => `${a.fields[key] ?? (w.team as Record<string, string>)[key] ?? key}: ${said(one, `${path}.${key}`, w, f)}`)
    .join('; ');
}

/** What two agreements say differently, side by side; `heads` where their numbers do not tell them apart. */
export function SideBySide({ left, right, heads }: { left: Agreement; right: Agreement; heads?: readonly [string, string] }) {
  const { w, f } = useWords();
  const differences = compare(left, right);
  if (!differences.length) return <p className="second">{w.agree.same}</p>;
  return (
    <Scrolls label={w.agree.versions}>
      <table className="table many beside">
        <thead>
          <tr>
            <th scope="col">{w.agree.where}</th>
            <th scope="col">{heads?.[0] ?? w.agree.version(left.version)}</th>
            <th scope="col">{heads?.[1] ?? w.agree.version(right.version)}</th>
          </tr>
        </thead>
        <tbody>
          {differences.map(({ path, before, after }) => (
            <tr key={path}>
              <td className="second">
                <bdi>{pathWords(path, { left, right }, w, f)}</bdi>
              </td>
              <td className={before === undefined ? 'quiet' : undefined}>
                <bdi>{said(before, path, w, f)}</bdi>
              </td>
              <td className={after === undefined ? 'quiet' : undefined}>
                <bdi>{said(after, path, w, f)}</bdi>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolls>
  );
}

/** Any two versions beside each other. */
export function Versions({ versions }: { versions: readonly Version[] }) {
  const { w, f } = useWords();
  const newest = versions.map(({ version }) => version).sort((a, b) => b - a);
  const [left, setLeft] = useState(newest[1] ?? 0);
  const [right, setRight] = useState(newest[0] ?? 0);
  const one = useApi<{ agreement?: Agreement }>({ route: 'getAgreement', query: { version: String(left) } });
  const other = useApi<{ agreement?: Agreement }>({ route: 'getAgreement', query: { version: String(right) } });
  if (newest.length < 2) return null;
  const items = versions.map(({ version, inForceAt }) => ({
    value: String(version),
    label: inForceAt ? w.agree.versionSince(version, f.dateFull(inForceAt.slice(0, 10))) : w.agree.version(version),
  }));
  const both = one.state === 'here' && other.state === 'here' ? [one.value.agreement, other.value.agreement] : [];
  return (
    <section className="below">
      <h2>{w.agree.versions}</h2>
      <p className="second">{w.agree.versionsText}</p>
      <div className="row versions-pick">
        <Choice label={w.agree.left} value={String(left)} items={items} onChange={(v) => setLeft(Number(v))} />
        <Choice label={w.agree.right} value={String(right)} items={items} onChange={(v) => setRight(Number(v))} />
      </div>
      {both[0] && both[1] && <SideBySide left={both[0]} right={both[1]} />}
    </section>
  );
}
