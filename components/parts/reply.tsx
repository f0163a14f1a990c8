import { type ReplyState, replyStates } from '../../lib/funnel/words.ts';
import { Icon } from '../icons.tsx';
import { useWords } from '../words/words.tsx';
import { Segments } from './segments.tsx';

export function ReplyTag({ state }: { state: ReplyState }) {
  const { w } = useWords();
  return (
    <span className={state === 'done' ? 'tag bottom' : 'tag'}>
      {state === 'done' && <Icon name="check" small />}
      {w.replyState[state]}
    </span>
  );
}

interface Replying {
  state: ReplyState;
  note: string;
  onState: (state: ReplyState) => void;
  onNote: (note: string) => void;
  small?: boolean;
}
/** What marketing fills in to answer feedback. */
export function ReplyFields({ state, note, onState, onNote, small }: Replying) {
  const { w } = useWords();
  return (
    <>
      <Segments
        label={w.card.answer}
        small={small}
        value={state}
        items={replyStates.map((s) => ({ value: s, label: w.replyState[s] }))}
        onPick={onState}
      />
      <textarea
        className="field"
        rows={2}
        maxLength={4000}
        aria-label={w.card.answerNote}
        placeholder={w.card.answerNote}
        value={note}
        onChange={(e) => onNote(e.target.value)}
      />
    </>
  );
}
