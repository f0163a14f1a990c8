import type { ReactNode } from 'react';
import { useWords } from '../words/words.tsx';

/** The last answer while the next one is counted: it stays readable, and after a while says what is going on. */
export function Renewing({ on, children }: { on: boolean; children: ReactNode }) {
  const { w } = useWords();
  return (
    <div aria-busy={on}>
      {on && (
        <p className="renewing quiet t12" role="status">
          <span className="late-words">{w.report.counting}</span>
        </p>
      )}
      {children}
    </div>
  );
}
