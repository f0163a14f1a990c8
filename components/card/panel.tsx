import type { ReactNode } from 'react';
import { Icon } from '../icons.tsx';
import { useWords } from '../words/words.tsx';

export function PanelHead({ children, onClose, small }: { children: ReactNode; onClose: () => void; small?: ReactNode }) {
  const { w } = useWords();
  return (
    <div className="panel-head">
      <h2 className="grow cut">
        {children}
        {small && <span className="quiet"> {small}</span>}
      </h2>
      <button type="button" className="icon" aria-label={w.close} title={w.close} onClick={onClose}>
        <Icon name="close" />
      </button>
    </div>
  );
}
