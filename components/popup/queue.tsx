import { useState } from 'react';
import type { Connection, Me, QueueItem } from '../../lib/bridge/scene.ts';
import type { Agreement } from '../../lib/funnel/agreement.ts';
import { clockAt } from '../../lib/funnel/clock.ts';
import { clockWords } from '../card/owes.ts';
import { Icon, type IconName } from '../icons.tsx';
import { useNow } from '../now.ts';
import { ClockLine } from '../parts/clock.tsx';
import { StageTag } from '../parts/stage.tsx';
import { useWords } from '../words/words.tsx';
import { useWorld } from '../world.tsx';

const iconOf: Record<QueueItem['kind'], IconName | undefined> = {
  handoff: undefined,
  own: undefined,
  feedback: 'say',
  waking: 'again',
  breach: 'alert',
  agreement: 'sign',
  rejects: 'store',
  at_once: 'back',
};
const atFirst = 8;
const atFirstShort = 3;

export interface QueueProps {
  queue?: { items: QueueItem[]; asOf?: string };
  me?: Me;
  agreement?: Agreement;
  connection: Connection;
  /** Something more urgent stands above it. */
  short: boolean;
  onOpen: (lead: string) => void;
}

/** What waits for me by deadline, the nearest first; what is late stands on top, not apart. */
export function Queue({ queue, me, agreement, connection, short, onOpen }: QueueProps) {
  const { w, f } = useWords();
  const p = w.popup;
  const now = useNow();
  const [all, setAll] = useState(false);
  if (!queue) return <Shapes />;
  const { items, asOf } = queue;
  if (!items.length)
    return (
      <section className="empty">
        <h2>{p.empty}</h2>
        <p>{me?.role === 'marketer' ? p.emptyMarketer : p.emptyRep}</p>
      </section>
    );
  const stale = connection.state !== 'live' && asOf;
  const most = all ? items.length : short ? atFirstShort : atFirst;
  return (
    <section>
      <h2>
        {p.waitingForYou}
        <span className="hint">{stale ? p.asOf(items.length, f.moment(asOf, now)) : p.byDeadline(items.length)}</span>
      </h2>
      <ul>
        {items.slice(0, most).map((item) => (
          <li key={`${item.kind} ${item.lead} ${item.feedback ?? ''}`}>
            <Row item={item} agreement={agreement} now={now} onOpen={onOpen} />
          </li>
        ))}
      </ul>
      {items.length > most && (
        <button type="button" className="btn small plain" onClick={() => setAll(true)}>
          {p.more(items.length - most)}
        </button>
      )}
    </section>
  );
}

function Row({ item, agreement, now, onOpen }: { item: QueueItem; agreement?: Agreement; now: number; onOpen: (lead: string) => void }) {
  const { w, f } = useWords();
  const { openPage } = useWorld();
  const icon = iconOf[item.kind];
  const clock = item.clock && clockAt(item.clock, new Date(now).toISOString(), agreement?.calendar);
  const open = () => {
    if (item.kind === 'agreement') openPage('options', 'agreement');
    else if (item.kind === 'rejects') openPage('options', 'sources');
    else onOpen(item.lead);
  };
  return (
    <button type="button" className={icon ? 'line task' : 'line'} onClick={open} title={w.popup.queueKind[item.kind]}>
      {icon && <Icon name={icon} />}
      <span className="grow">
        <span className="row">
          <b className="cut">
            <bdi>{item.title}</bdi>
          </b>
          {item.stage && !icon && <StageTag stage={item.stage} />}
        </span>
        <small className="cut">
          <bdi>{item.subtitle}</bdi>
        </small>
      </span>
      {clock && clock.state !== 'none' ? (
        <ClockLine
          clock={clock}
          words={clock.leftMinutes === undefined ? '' : shortWords(clockWords(clock, agreement, now, w, f), clock.state, w)}
        />
      ) : (
        <span className="quiet t12 n">{item.dueAt ? f.moment(item.dueAt, now) : w.popup.noDate}</span>
      )}
    </button>
  );
}
/** Beside its ring "left" goes without saying; "over" does not. */
const shortWords = (words: string, state: string, w: ReturnType<typeof useWords>['w']): string => {
  if (state === 'breached') return words;
  const [before = '', after = ''] = w.card.left('\u0000').split('\u0000');
  return words.startsWith(before) && words.endsWith(after) ? words.slice(before.length, words.length - after.length) : words;
};

function Shapes() {
  return (
    <section aria-hidden="true" className="late-shapes">
      {[180, 140, 200].map((width) => (
        <div key={width} className="line">
          <span className="ghost" style={{ width }} />
        </div>
      ))}
    </section>
  );
}
