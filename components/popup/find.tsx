import { type FormEvent, useState } from 'react';
import type { Card } from '../../lib/contract/card.ts';
import { Icon } from '../icons.tsx';
import { useEscape } from '../parts/layers.ts';
import { StageTag } from '../parts/stage.tsx';
import { useWords } from '../words/words.tsx';
import { useWorld } from '../world.tsx';

type Found = { id: string; name: string; company?: string; title?: string; stage: Card['stage'] };

/** Looks a name up at the backend, when the user presses Enter and not before. */
export function Find({ onOpen, onFound }: { onOpen: (lead: string) => void; onFound: (found: boolean) => void }) {
  const { w } = useWords();
  const { ask } = useWorld();
  const p = w.popup;
  const [text, setText] = useState('');
  const [found, setFound] = useState<Found[] | 'asking' | 'failed'>();
  const show = (value: typeof found) => {
    setFound(value);
    onFound(value !== undefined);
  };
  useEscape(found !== undefined, () => show(undefined));
  const search = (event: FormEvent) => {
    event.preventDefault();
    if (!text.trim()) return show(undefined);
    show('asking');
    ask('find', { text: text.trim() }).then(
      ({ items }) => show(items),
      () => show('failed'),
    );
  };
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: the search element is not everywhere yet */}
      <form className="find" onSubmit={search} role="search">
        <span className="field">
          <Icon name="search" />
          <input
            placeholder={p.find}
            aria-label={p.find}
            dir="auto"
            maxLength={200}
            autoComplete="off"
            value={text}
            onChange={(e) => {
              setText(e.target.value);
              if (!e.target.value) show(undefined);
            }}
          />
          <span className="key" aria-hidden="true">
            {text ? '↵' : '/'}
          </span>
        </span>
      </form>
      {found !== undefined && (
        <section aria-live="polite">
          {found === 'asking' && <p className="line-none">{p.finding}</p>}
          {found === 'failed' && <p className="line-none">{p.findFailed}</p>}
          {Array.isArray(found) && !found.length && <p className="line-none">{p.findNone}</p>}
          {Array.isArray(found) &&
            found.map((lead) => (
              <button key={lead.id} type="button" className="line" onClick={() => onOpen(lead.id)}>
                <span className="grow">
                  <b className="cut">
                    <bdi>{lead.name}</bdi>
                  </b>
                  <small className="cut">
                    <bdi>{[lead.title, lead.company].filter(Boolean).join(w.joint)}</bdi>
                  </small>
                </span>
                <StageTag stage={lead.stage} />
              </button>
            ))}
        </section>
      )}
    </>
  );
}
