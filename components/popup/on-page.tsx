import { type FormEvent, useState } from 'react';
import type { Scene } from '../../lib/bridge/scene.ts';
import { nameOf } from '../card/people.tsx';
import { keyIn } from '../card/ties.tsx';
import { Icon } from '../icons.tsx';
import { StageTag } from '../parts/stage.tsx';
import { useWords } from '../words/words.tsx';
import { useWorld } from '../world.tsx';

interface OnPageProps {
  scene?: Scene;
  onOpen: (index: number) => void;
  onLead: (id: string) => void;
  lookFailed?: boolean;
}
const atFirst = 6;

/** Who is on the page under the popup: known people first; strangers are counted, or listed to be added on a page without a reader. */
export function OnPage({ scene, onOpen, onLead, lookFailed }: OnPageProps) {
  const { w } = useWords();
  const p = w.popup;
  const [all, setAll] = useState(false);
  if (!scene && !lookFailed) return null;
  const people = (scene?.people ?? []).map((person, index) => ({ person, index })).filter(({ person }) => person.known !== 'own');
  const known = people.filter(({ person }) => person.known === 'lead');
  const others = people.filter(({ person }) => person.known !== 'lead');
  const byClick = (scene?.site === 'page' || scene?.looked) && !scene.off;
  const listed = byClick ? [...known, ...others] : known;
  const shown = all ? listed : listed.slice(0, atFirst);
  const sells = scene?.me?.role === 'rep' || scene?.me?.role === 'manager';
  return (
    <section>
      <h2>
        {p.onThisPage}
        <span className="hint">{byClick ? p.looked : people.length > 0 && p.known(known.length, people.length)}</span>
      </h2>
      {scene?.off && (
        <p className="line-none">
          {w.card.off(w.site[scene.site])}. {w.card.offText[scene.off]}
        </p>
      )}
      {lookFailed && !people.length && <p className="line-none">{p.notAllowedHere}</p>}
      {!lookFailed && !scene?.off && !listed.length && <p className="line-none">{p.nobodyHere}</p>}
      <ul>
        {shown.map(({ person, index }) => (
          <li key={index}>
            <button type="button" className="line" onClick={() => onOpen(index)}>
              <span className="grow">
                <b className="cut">
                  <bdi>{nameOf(person) ?? w.card.nameless}</bdi>
                </b>
                <small className="cut">
                  <bdi>
                    {[
                      w.personRole[person.role],
                      person.known === 'stranger' ? p.linkRole : (person.card?.person.company ?? person.keys[0]?.value),
                    ]
                      .filter(Boolean)
                      .join(w.joint)}
                  </bdi>
                </small>
              </span>
              {person.card ? (
                <StageTag stage={person.card.stage} />
              ) : (
                person.known === 'stranger' && sells && <span className="btn small">{p.add}</span>
              )}
            </button>
          </li>
        ))}
      </ul>
      {listed.length > shown.length && (
        <button type="button" className="btn small plain" onClick={() => setAll(true)}>
          {p.more(listed.length - shown.length)}
        </button>
      )}
      {!byClick && known.length > 0 && others.length > 0 && <p className="line-none quiet t12">{p.moreNotLeads(others.length)}</p>}
      {byClick && <PasteLine onLead={onLead} />}
    </section>
  );
}

/** An address that the user brings is checked here; a lead opens as the card. */
function PasteLine({ onLead }: { onLead: (id: string) => void }) {
  const { w } = useWords();
  const { ask } = useWorld();
  const p = w.popup;
  const [text, setText] = useState('');
  const [said, setSaid] = useState<string>();
  const check = (event: FormEvent) => {
    event.preventDefault();
    const key = keyIn(text);
    if (!key) return setSaid(w.card.notAnAddress);
    ask('check', { value: key.kind === 'linkedin' ? text.trim() : key.value }).then(
      ({ known, card }) => {
        if (card) return onLead(card.id);
        setSaid(known === 'stranger' ? p.pasteStranger : known === 'invalid' ? w.card.notAnAddress : w.card.uncheckedText);
      },
      () => setSaid(w.failed),
    );
  };
  return (
    <form className="paste" onSubmit={check}>
      <span className="field">
        <Icon name="mail" />
        <input
          aria-label={p.paste}
          placeholder={p.paste}
          autoComplete="off"
          spellCheck={false}
          value={text}
          onChange={(e) => {
            setText(e.target.value);
            setSaid(undefined);
          }}
        />
      </span>
      <p className="help" role="status">
        {said ?? p.checkedHere}
      </p>
    </form>
  );
}
