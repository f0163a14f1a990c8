import { useState } from 'react';
import type { Status } from '../../lib/bridge/protocol.ts';
import { Option, Switch } from '../parts/page.tsx';
import { Wrong } from '../parts/wrong.tsx';
import { hostOf } from '../popup/popup.tsx';
import { useWords } from '../words/words.tsx';
import { useWorld } from '../world.tsx';
import { SectionHead } from './page.tsx';
import { useWorkspaceSetting } from './workspace-setting.ts';

export function PrivacySection({ status }: { status: Status }) {
  const { w, f } = useWords();
  const o = w.options;
  const { ask } = useWorld();
  const [asking, setAsking] = useState(false);
  const unsent = status.outbox.waiting + status.outbox.refused;
  const nothing = status.connection.state === 'not-connected' && status.cards + unsent === 0;
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
      <Option title={o.cardsHere}>{o.cardsHereText(f.number(status.cards))}</Option>
      <Option
        title={o.forget}
        control={
          asking ? (
            <span className="row">
              <button type="button" className="btn" onClick={() => void ask('forget').then(() => setAsking(false))}>
                {o.forgetSure}
              </button>
              <button type="button" className="btn plain" onClick={() => setAsking(false)}>
                {w.cancel}
              </button>
            </span>
          ) : nothing ? (
            <span className="quiet" role="status">
              {o.forgotten}
            </span>
          ) : (
            <button type="button" className="btn" onClick={() => setAsking(true)}>
              {o.forgetButton}
            </button>
          )
        }
      >
        {o.forgetText}
        {unsent > 0 && ` ${o.forgetUnsent(unsent)}`}
      </Option>
      {status.me?.role === 'admin' && <AllCards on={status.allCards === true} />}
    </>
  );
}

/** The workspace's own switch, which an admin turns. The device learns of it as every device does. */
function AllCards({ on }: { on: boolean }) {
  const { w } = useWords();
  const o = w.options;
  const { change, wrong } = useWorkspaceSetting();
  return (
    <Option
      title={o.allCards}
      control={<Switch label={o.allCards} on={on} onChange={(wanted) => change({ cards: wanted ? 'workspace' : 'mine' })} />}
    >
      {o.allCardsText}
      <Wrong>{wrong}</Wrong>
    </Option>
  );
}
