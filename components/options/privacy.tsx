import { useState } from 'react';
import type { Status } from '../../lib/bridge/protocol.ts';
import { Option, Switch } from '../parts/page.tsx';
import { hostOf } from '../popup/popup.tsx';
import { CallTrouble, call } from '../use-api.ts';
import { useWords } from '../words/words.tsx';
import { useWorld } from '../world.tsx';
import { SectionHead } from './page.tsx';

export function PrivacySection({ status }: { status: Status }) {
  const { w, f } = useWords();
  const o = w.options;
  const { ask } = useWorld();
  const [removed, setRemoved] = useState(false);
  const backend = status.connection.backend ? hostOf(status.connection.backend) : w.card.notConnected;
  return (
    <>
      <SectionHead title={o.privacy} text={o.privacyText} />
      <div className="two">
        <section>
          <h2>{o.stays}</h2>
          <ul className="lines">
            {o.staysList.map((line) => (
              <li key={line}>{line}</li>
            ))}
            <li>{o.staysMarks(f.number(status.connection.leads ?? 0))}</li>
          </ul>
        </section>
        <section>
          <h2>{o.goes(backend)}</h2>
          <ul className="lines">
            {o.goesList.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </section>
      </div>
      <Option
        title={o.cardsHere}
        control={
          removed ? (
            <span className="quiet" role="status">
              {o.removed}
            </span>
          ) : (
            <button
              type="button"
              className="btn"
              disabled={status.cards === 0}
              onClick={() => void ask('forget').then(() => setRemoved(true))}
            >
              {o.removeAll}
            </button>
          )
        }
      >
        {o.cardsHereText(f.number(status.cards))}
      </Option>
      {status.me?.role === 'admin' && <AllCards on={status.allCards === true} />}
    </>
  );
}

/** The workspace's own switch, which an admin turns. The device learns of it as every device does. */
function AllCards({ on }: { on: boolean }) {
  const { w } = useWords();
  const { ask } = useWorld();
  const o = w.options;
  const [wrong, setWrong] = useState<string>();
  const change = (wanted: boolean) => {
    setWrong(undefined);
    call(ask, { route: 'changeSettings', body: { cards: wanted ? 'workspace' : 'mine' } })
      .then(() => ask('sync'))
      .catch((error: unknown) => setWrong(error instanceof CallTrouble ? error.message : w.failed));
  };
  return (
    <Option title={o.allCards} control={<Switch label={o.allCards} on={on} onChange={change} />}>
      {o.allCardsText}
      {wrong && (
        <p className="help wrong" role="alert">
          {wrong}
        </p>
      )}
    </Option>
  );
}
