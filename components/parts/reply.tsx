import type { ReplyState } from '../../lib/funnel/words.ts';
import { Icon } from '../icons.tsx';
import { useWords } from '../words/words.tsx';

export function ReplyTag({ state }: { state: ReplyState }) {
  const { w } = useWords();
  return (
    <span className={state === 'done' ? 'tag bottom' : 'tag'}>
      {state === 'done' && <Icon name="check" small />}
      {w.replyState[state]}
    </span>
  );
}
