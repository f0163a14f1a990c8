import type { Share } from '../../lib/contract/routes/reports.ts';
import { useWords } from '../words/words.tsx';

const width = 72;

/** A share as a bar from zero with its interval, and its figure; under twenty the two numbers, and no rate. */
export function ShareCell({ share, before }: { share: Share; before?: Share }) {
  const { w, f } = useWords();
  if (share.share === undefined) return <span className="quiet t12">{share.of === 0 ? '–' : w.report.tooFew(share.n, share.of)}</span>;
  const x = (value: number) => Math.round(value * width * 10) / 10;
  const { low = share.share, high = share.share } = share;
  const interval = `${f.number(share.n)} / ${f.number(share.of)}${w.joint}${f.percent(low, 1)} – ${f.percent(high, 1)}`;
  return (
    <span className="share" title={interval}>
      <svg width={width} height="16" viewBox={`0 0 ${width} 16`} aria-hidden="true">
        <rect y="4" width={width} height="8" rx="2" fill="var(--plot-grid)" />
        <rect y="4" width={x(share.share)} height="8" rx="2" fill="var(--plot-1)" />
        {before?.share !== undefined && <path d={`M${x(before.share)} 1v14`} stroke="var(--plot-ghost)" strokeWidth="2" />}
        <path d={`M${x(low)} 8H${x(high)}M${x(low)} 5v6M${x(high)} 5v6`} stroke="var(--ink)" strokeWidth="1.25" fill="none" />
      </svg>
      <span className="n">{f.percent(share.share)}</span>
    </span>
  );
}

/** Strong, fair and poor as parts of one bar, with their numbers. */
export function Verdicts({ verdicts }: { verdicts: Partial<Record<'strong' | 'fair' | 'poor', number>> }) {
  const { w } = useWords();
  const { strong = 0, fair = 0, poor = 0 } = verdicts;
  const all = strong + fair + poor;
  if (!all) return <span className="quiet">–</span>;
  const length = 56;
  const parts = [
    { key: 'strong', n: strong, opacity: 1 },
    { key: 'fair', n: fair, opacity: 0.55 },
    { key: 'poor', n: poor, opacity: 1 },
  ].filter((part) => part.n > 0);
  let at = 0;
  const label = `${w.verdict.strong} ${strong}, ${w.verdict.fair} ${fair}, ${w.verdict.poor} ${poor}`;
  return (
    <span className="share" title={label}>
      <svg width={length} height="8" viewBox={`0 0 ${length} 8`} aria-hidden="true" className="round">
        {parts.map((part, i) => {
          const wide = (part.n / all) * length;
          const x = at;
          at += wide;
          return (
            <rect
              key={part.key}
              x={x}
              width={Math.max(1, wide - (i < parts.length - 1 ? 1 : 0))}
              height="8"
              fill={`var(--${part.key})`}
              opacity={part.opacity}
            />
          );
        })}
      </svg>
      <span className="n t12 quiet">{[strong, fair, poor].join(w.joint)}</span>
    </span>
  );
}
