import { useState } from 'react';
import { Icon } from '../icons.tsx';
import { useWords } from '../words/words.tsx';
import { useWorld } from '../world.tsx';

/** A secret, shown this once. */
export function Once({ text, help }: { text: string; help: string }) {
  const { w } = useWords();
  const { copy } = useWorld();
  const [copied, setCopied] = useState<string>();
  return (
    <div role="status">
      <p className="once">
        <code>{text}</code>
        <button type="button" className="btn small" onClick={() => void copy(text).then(() => setCopied(text))}>
          <Icon name={copied === text ? 'check' : 'copy'} />
          {copied === text ? w.copied : w.copy}
        </button>
      </p>
      <p className="help">{help}</p>
    </div>
  );
}
