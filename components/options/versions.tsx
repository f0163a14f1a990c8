import { useState } from 'react';
import type { Agreement } from '../../lib/funnel/agreement.ts';
import { compare } from '../../lib/funnel/checkAgreement.ts';
import type { Stage } from '../../lib/funnel/words.ts';
import { Choice } from '../parts/choice.tsx';
import { Scrolls } from '../parts/scrolls.tsx';
import { useApi } from '../use-api.ts';
import { useWords, type Words } from '../words/words.tsx';

interface Version {
  version: number;
  inForceAt?: string;
}

/** Where a difference is, in words: stages and parts by their names, the rest as the agreement has it. */
export const pathWords = (path: string, w: Words): string =>
  path
    .split('.')
    .map((step, i) => (i === 0 ? (w.agree.parts[step] ?? step) : (w.stage[step as Stage] ?? step)))
    .join(' › ');

export function said(value: unknown, w: Words): string {
  if (value === undefined) return w.agree.absent;
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return value.map((one) => said(one, w)).join(', ');
  return Object.entries(value)
    .map(([key, one]) => `${key}: ${said(one, w)}`)
    .join('; ');
}

/** What two agreements say differently, side by side. */
export function SideBySide({ left, right }: { left: Agreement; right: Agreement }) {
  const { w } = useWords();
  const differences = compare(left, right);
  if (!differences.length) return <p className="second">{w.agree.same}</p>;
  return (
    <Scrolls label={w.agree.versions}>
      <table className="table many beside">
        <thead>
          <tr>
            <th scope="col">{w.agree.where}</th>
            <th scope="col">{w.agree.version(left.version)}</th>
            <th scope="col">{w.agree.version(right.version)}</th>
          </tr>
        </thead>
        <tbody>
          {differences.map(({ path, before, after }) => (
            <tr key={path}>
              <td className="second">{pathWords(path, w)}</td>
              <td className={before === undefined ? 'quiet' : undefined}>
                <bdi>{said(before, w)}</bdi>
              </td>
              <td className={after === undefined ? 'quiet' : undefined}>
                <bdi>{said(after, w)}</bdi>
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
