import type { ReactNode } from 'react';
import { Icon } from '../icons.tsx';
import { Scrolls } from '../parts/scrolls.tsx';
import { useWords } from '../words/words.tsx';

/** Each plot has its table. Print opens them all. */
export function TableBehind({ of, open, children }: { of: string; open?: boolean; children: ReactNode }) {
  const { w } = useWords();
  return (
    <details className="behind" open={open}>
      <summary>
        <Icon name="right" small />
        {w.report.tableOf(of)}
      </summary>
      <Scrolls label={of}>{children}</Scrolls>
    </details>
  );
}
