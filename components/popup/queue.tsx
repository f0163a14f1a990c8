import { useState } from 'react';
import type { Connection, Me, QueueItem } from '../../lib/bridge/scene.ts';
import type { Agreement } from '../../lib/funnel/agreement.ts';
import { clockAt } from '../../lib/funnel/clock.ts';
import { clockWords } from '../card/owes.ts';
import { reasonWords } from '../card/reason.ts';
import { Icon, type IconName } from '../icons.tsx';
import { useNow } from '../now.ts';
import { ClockLine } from '../parts/clock.tsx';
import { StageTag } from '../parts/stage.tsx';
import { useWords, type Words } from '../words/words.tsx';
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
  const said = rowWords(item, agreement, w);
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
            <bdi>{said.title}</bdi>
          </b>
          {item.stage && !icon && <StageTag stage={item.stage} />}
        </span>
        {said.under && (
          <small className="cut">
            <bdi>{said.under}</bdi>
          </small>
        )}
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
/** What a row says. Names and quotes come as they are; everything around them is in the user's language. */
export function rowWords(item: QueueItem, agreement: Agreement | undefined, w: Words): { title: string; under: string } {
  const p = w.popup;
  const joined = (...parts: (string | false | undefined)[]) => parts.filter(Boolean).join(w.joint);
  const reason = item.reason ? w.inSentence(reasonWords(item.reason, agreement, w)) : '';
  switch (item.kind) {
    case 'handoff':
      return {
        title: item.title,
        under: joined(!item.holder && p.inPool, item.returned ? p.backTimes(item.returned + 1) : undefined, item.subtitle),
      };
    case 'own':
      return { title: item.title, under: joined(item.subtitle, p.ownLead) };
    case 'feedback':
      return { title: item.subtitle ? p.answerTo(item.subtitle) : p.answerFeedback, under: p.on(item.title) };
    case 'waking':
      return { title: item.title, under: item.wakesOn ? p.wakesFor(reason) : p.awake(reason) };
    case 'at_once':
      return { title: item.title, under: p.returnedFor(reason) };
    case 'breach':
      return { title: item.title, under: item.holder ? p.notAnswered(item.holder) : p.nobodyAnswered };
    case 'agreement':
      return { title: p.signAgreement(item.agreement ?? 0), under: item.subtitle };
    case 'rejects':
      return { title: p.rowsRefused(item.count ?? 0), under: p.inSevenDays };
  }
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
