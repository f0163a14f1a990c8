import { useState } from 'react';
import type { Agreement } from '../../lib/funnel/agreement.ts';
import { ActButton } from '../trust.tsx';
import { useWords } from '../words/words.tsx';
import { useDoing } from './doing.tsx';
import { PanelHead } from './panel.tsx';

/** The criteria of a stage as ticks. */
export function Ticks({ items, on, onChange }: { items: { id: string; text: string }[]; on: string[]; onChange: (on: string[]) => void }) {
  return (
    <div>
      {items.map(({ id, text }) => (
        <label key={id} className="tick">
          <input
            type="checkbox"
            checked={on.includes(id)}
            onChange={(e) => onChange(e.target.checked ? [...on, id] : on.filter((x) => x !== id))}
          />
          <span>
            <bdi>{text}</bdi>
          </span>
        </label>
      ))}
    </div>
  );
}

export function Qualify({ agreement }: { agreement: Agreement }) {
  const { decide, show } = useDoing();
  const { w } = useWords();
  const criteria = agreement.stages.sql?.criteria ?? [];
  const [met, setMet] = useState<string[]>([]);
  return (
    <div className="panel">
      <PanelHead onClose={() => show(undefined)} small={w.card.byAgreement(agreement.version)}>
        {w.card.qualifyWhat}
      </PanelHead>
      <p className="second">
        <bdi>{agreement.stages.sql?.sentence}</bdi>
      </p>
      <Ticks items={criteria} on={met} onChange={setMet} />
      <ActButton className="btn main wide" onAct={() => void decide({ kind: 'qualify', criteria: met })}>
        {w.card.qualifyWith(met.length, criteria.length)}
      </ActButton>
    </div>
  );
}
