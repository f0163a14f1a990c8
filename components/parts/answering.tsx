import { Icon } from '../icons.tsx';
import { useTrouble } from '../trouble.ts';
import type { CallTrouble } from '../use-api.ts';
import { useWords } from '../words/words.tsx';
import { useWorld } from '../world.tsx';

/** Nothing for 300 ms, then shapes where the words will stand, after two seconds words. */
export function Shapes() {
  const { w } = useWords();
  return (
    <div className="late-shapes report-shapes">
      {[260, 200, 230, 180, 210].map((width) => (
        <div key={width} className="row">
          <span className="ghost" style={{ width: 160 }} />
          <span className="ghost" style={{ width }} />
        </div>
      ))}
      <p className="quiet late-words" role="status">
        {w.report.counting}
      </p>
    </div>
  );
}

export function Failed({ trouble, onAgain }: { trouble: CallTrouble; onAgain: () => void }) {
  const { w } = useWords();
  const inWords = useTrouble();
  const { openPage } = useWorld();
  const r = w.report;
  if (trouble.code === 'signed-out' || trouble.code === 'not-connected')
    return (
      <div className="void">
        <h2>{r.signedOut}</h2>
        <button type="button" className="btn main" onClick={() => openPage('welcome')}>
          {w.signIn}
        </button>
      </div>
    );
  const offline = trouble.code === 'offline';
  return (
    <div className={offline ? 'note care' : 'note wrong'} role="alert">
      <Icon name={offline ? 'off' : 'alert'} />
      <div>
        <b>{r.failed}</b>
        <p>{offline ? r.offline : r.failedText(inWords(trouble))}</p>
        <div className="note-acts row">
          <button type="button" className="btn small" onClick={onAgain}>
            {w.tryNow}
          </button>
        </div>
      </div>
    </div>
  );
}
