import { ladder, type Stage } from '../../lib/funnel/words.ts';
import { useWords } from '../words/words.tsx';

const parts: readonly (readonly Stage[])[] = [ladder.slice(0, 2), ladder.slice(2, 5), ladder.slice(5)];

/**
 * The funnel, always 2 · 3 · 2: filled up to the stage, skipped stages outlined. A lead that stands aside is drawn in
 * outlines as far as it had come.
 */
export function Strip({ stage, passed }: { stage: Stage; passed: readonly Stage[] }) {
  const { w } = useWords();
  const aside = stage === 'recycled' || stage === 'disqualified' ? stage : undefined;
  const reached = aside
    ? Math.max(-1, ...passed.map((s) => (ladder as readonly Stage[]).indexOf(s)))
    : (ladder as readonly Stage[]).indexOf(stage);
  const look = (s: Stage): string | undefined => {
    if ((ladder as readonly Stage[]).indexOf(s) > reached) return undefined;
    if (aside) return aside;
    return s === stage || passed.includes(s) ? s : 'skipped';
  };
  return (
    <span className="strip" role="img" aria-label={w.funnelAt(w.stage[stage])}>
      {parts.map((part) => (
        <span key={part[0]}>
          {part.map((s) => (
            <i key={s} className={look(s)} />
          ))}
        </span>
      ))}
    </span>
  );
}
