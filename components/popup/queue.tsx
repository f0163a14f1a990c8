import { useState } from 'react';
import { isNews } from '../../lib/bridge/news.ts';
import type { Connection, Me, QueueItem } from '../../lib/bridge/scene.ts';
import type { Agreement } from '../../lib/funnel/agreement.ts';
import { useNow } from '../now.ts';
import { keyOf, QueueRow, useOpenItem } from '../queue/row.tsx';
import { useWords } from '../words/words.tsx';
import { useWorld } from '../world.tsx';

const atFirst = 8;
const atFirstShort = 3;

export interface QueueProps {
  queue?: { items: QueueItem[]; asOf?: string; agreement?: Agreement };
  me?: Me;
  connection: Connection;
  /** Something more urgent stands above it. */
  short: boolean;
  onOpen: (lead: string) => void;
}

/** What waits for me by deadline, the nearest first; what is late stands on top, not apart. News comes after it. */
export function Queue({ queue, me, connection, short, onOpen }: QueueProps) {
  const { w, f } = useWords();
  const { openPage } = useWorld();
  const p = w.popup;
  const now = useNow();
  const [all, setAll] = useState(false);
  const open = useOpenItem(onOpen);
  if (!queue) return <Shapes />;
  const { asOf, agreement } = queue;
  const items = queue.items.filter((item) => !isNews(item));
  const news = queue.items.filter(isNews);
  const stale = connection.state !== 'live' && asOf;
  const most = all ? items.length : short ? atFirstShort : atFirst;
  const lines = (some: readonly QueueItem[]) => (
    <ul>
      {some.map((item) => (
        <li key={keyOf(item)}>
          <QueueRow item={item} agreement={agreement} onOpen={open} />
        </li>
      ))}
    </ul>
  );
  return (
    <>
      {items.length ? (
        <section>
          <h2>
            {p.waitingForYou}
            <span className="hint">{stale ? p.asOf(items.length, f.moment(asOf, now)) : p.byDeadline(items.length)}</span>
          </h2>
          {lines(items.slice(0, most))}
          {items.length > most && (
            <button type="button" className="btn small plain" onClick={() => setAll(true)}>
              {p.more(items.length - most)}
            </button>
          )}
          <button type="button" className="btn small plain" onClick={() => openPage('report', 'queue')}>
            {w.queue.fullPage}
          </button>
        </section>
      ) : (
        <section className="empty">
          <h2>{p.empty}</h2>
          <p>{me?.role === 'marketer' ? p.emptyMarketer : p.emptyRep}</p>
        </section>
      )}
      {connection.leftOut !== undefined && <p className="left-out t12 quiet">{connection.sentence}</p>}
      {news.length > 0 && (
        <section>
          <h2>{w.queue.news}</h2>
          {lines(news.slice(0, all ? news.length : atFirstShort))}
        </section>
      )}
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
