import { useWords } from '../words/words.tsx';

/** Before the background has answered: nothing at first, words after two seconds; when it failed, what and what to do. */
export function NoAnswer({ failed, onAgain }: { failed: boolean; onAgain: () => void }) {
  const { w } = useWords();
  if (!failed)
    return (
      <p className="no-answer late-words quiet" role="status">
        {w.options.loading}
      </p>
    );
  return (
    <div className="no-answer" role="alert">
      <p>{w.options.loadFailed}</p>
      <button type="button" className="btn" onClick={onAgain}>
        {w.tryAgain}
      </button>
    </div>
  );
}
