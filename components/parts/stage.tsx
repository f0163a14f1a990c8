import { partOf, type Stage } from '../../lib/funnel/words.ts';
import { useWords } from '../words/words.tsx';

export function StageTag({ stage }: { stage: Stage }) {
  const { w } = useWords();
  return <span className={`tag ${partOf[stage]}`}>{w.stage[stage]}</span>;
}
