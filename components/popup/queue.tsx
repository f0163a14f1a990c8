import type { ReactNode } from 'react';
import { isNews } from '../../lib/bridge/news.ts';
import type { ActState, Connection, Me, QueueItem } from '../../lib/bridge/scene.ts';
import type { Agreement } from '../../lib/funnel/agreement.ts';
import { useNow } from '../now.ts';
import { Termed } from '../parts/entry.tsx';
import { keyOf, QueueRow } from '../queue/row.tsx';
import { didOn } from '../queue/triage.tsx';
import { useWords } from '../words/words.tsx';
import { useWorld } from '../world.tsx';

const atFirst = 8;
const atFirstShort = 3;

export interface QueueProps {
  queue?: { items: QueueItem[]; asOf?: string; agreement?: Agreement };
  me?: Me;
  connection: Connection;
  /** Everything is shown, not the nearest alone. */
  all: boolean;
  onAll: () => void;
  /** Something more urgent stands above it. */
  short: boolean;
  /** Acts of this device that have not arrived. */
  outbox: readonly ActState[];
  /** The one that the keys act on. */
  chosen?: QueueItem;
  onChoose: (item: QueueItem) => void;
  onOpen: (item: QueueItem) => void;
  /** What stands under the lines. */
  children?: ReactNode;
}

/** Which items have a line of their own, in order: what waits, and what is news. */
export function linesOf(
  { items }: { items: readonly QueueItem[] },
  all: boolean,
  short: boolean,
): { waiting: QueueItem[]; news: QueueItem[] } {
  const waiting = items.filter((item) => !isNews(item));
  const news = items.filter(isNews);
  return all ? { waiting, news } : { waiting: waiting.slice(0, short ? atFirstShort : atFirst), news: news.slice(0, atFirstShort) };
}

/** What waits for me by deadline, the nearest first; what is late stands on top, not apart. News comes after it. */
export function Queue(props: QueueProps) {
  const { queue, me, connection, all, onAll, short, outbox, chosen, onChoose, onOpen, children } = props;
  const { w, f } = useWords();
  const { openPage } = useWorld();
  const p = w.popup;
  const now = useNow();
  if (!queue) return <Shapes />;
  const { asOf, agreement } = queue;
  const { waiting, news } = linesOf(queue, all, short);
  const count = queue.items.filter((item) => !isNews(item)).length;
  const stale = connection.state !== 'live' && asOf;
  const lines = (some: readonly QueueItem[]) => (
    <ul>
      {some.map((item) => (
        <li key={keyOf(item)}>
          <QueueRow
            item={item}
            agreement={agreement}
            on={chosen !== undefined && keyOf(item) === keyOf(chosen)}
            did={didOn(item, outbox, w)}
            onOpen={onOpen}
            onFocus={onChoose}
          />
        </li>
      ))}
    </ul>
  );
  return (
    <>
      {count ? (
        <section className="waits">
          <h2>
            {p.waitingForYou}
            <span className="hint">{stale ? p.asOf(count, f.moment(asOf, now)) : p.byDeadline(count)}</span>
          </h2>
          {lines(waiting)}
          {count > waiting.length && (
            <button type="button" className="btn small plain" onClick={onAll}>
              {p.more(count - waiting.length)}
            </button>
          )}
          <button type="button" className="btn small plain" onClick={() => openPage('report', 'queue')}>
            {w.queue.fullPage}
          </button>
        </section>
      ) : (
        <section className="empty">
          <h2>{p.empty}</h2>
          <p>
            <Termed text={me?.role === 'marketer' ? p.emptyMarketer : p.emptyRep} />
          </p>
        </section>
      )}
      {connection.leftOut !== undefined && <p className="left-out t12 quiet">{connection.sentence}</p>}
      {news.length > 0 && (
        <section className="waits">
          <h2>{w.queue.news}</h2>
          {lines(news)}
        </section>
      )}
      {(waiting.length > 0 || news.length > 0) && children}
    </>
  );
}

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
