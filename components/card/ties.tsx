import { useId, useState } from 'react';
import { canonical } from '../../lib/funnel/keys.ts';
import type { KeyKind } from '../../lib/funnel/words.ts';
import { ActButton } from '../trust.tsx';
import { useWords } from '../words/words.tsx';
import { useDoing } from './doing.tsx';
import { PanelHead } from './panel.tsx';

/** Which key a pasted text is: an address, or a LinkedIn profile. `undefined` when it is neither. */
export function keyIn(text: string): { kind: KeyKind; value: string } | undefined {
  const bare = text
    .trim()
    .replace(/^mailto:/i, '')
    .replace(/^.*<([^<>]+)>$/, '$1');
  const vanity = /linkedin\.com\/in\/([^/?#]+)/i.exec(bare)?.[1];
  if (vanity) {
    const value = canonical('linkedin', safeDecode(vanity));
    return value ? { kind: 'linkedin', value } : undefined;
  }
  const value = bare.includes('@') ? canonical('email', bare) : null;
  return value ? { kind: 'email', value } : undefined;
}
const safeDecode = (text: string) => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

export function Untie() {
  const { card, untie, show } = useDoing();
  const { w } = useWords();
  return (
    <div className="panel">
      <PanelHead onClose={() => show(undefined)}>{w.card.untieTitle}</PanelHead>
      <p className="second">{w.card.untieText}</p>
      <ul className="keys">
        {card.person.keys.map((key) => (
          <li key={key.id} className="row">
            <span className="grow cut" title={key.value}>
              {key.value}
            </span>
            <span className="quiet t12">{w.keyKind[key.kind]}</span>
            <ActButton className="btn small" aria-label={`${w.card.untie}: ${key.value}`} onAct={() => void untie(key.id)}>
              {w.card.untie}
            </ActButton>
          </li>
        ))}
      </ul>
    </div>
  );
}

export function Tie() {
  const { tie, show } = useDoing();
  const { w } = useWords();
  const id = useId();
  const [text, setText] = useState('');
  const key = keyIn(text);
  return (
    <div className="panel">
      <PanelHead onClose={() => show(undefined)}>{w.card.tieTitle}</PanelHead>
      <label className="label" htmlFor={id}>
        {w.card.tieText}
      </label>
      <input
        id={id}
        className="field"
        autoComplete="off"
        spellCheck={false}
        placeholder={w.card.pasteHint}
        value={text}
        onChange={(e) => setText(e.target.value)}
      />
      <ActButton className="btn main wide" disabled={!key} onAct={() => key && void tie(key.kind, key.value)}>
        {w.card.tie}
      </ActButton>
    </div>
  );
}
