import { useEffect, useState } from 'react';
import type { WireDelivery } from '../../lib/contract/routes/webhooks.ts';
import { useNow } from '../now.ts';
import { Choice } from '../parts/choice.tsx';
import { Scrolls } from '../parts/scrolls.tsx';
import { Wrong } from '../parts/wrong.tsx';
import { useTrouble } from '../trouble.ts';
import { call } from '../use-api.ts';
import { troubleWords } from '../words/refused.ts';
import { useWords } from '../words/words.tsx';
import { useWorld } from '../world.tsx';

type Filter = 'all' | WireDelivery['state'];
interface Page {
  items: WireDelivery[];
  next?: string;
}

/** What one webhook was told or will be, newest first. `turn` asks anew. */
export function Messages({ webhook, turn, onAgain }: { webhook: string; turn: number; onAgain: () => void }) {
  const { w, f } = useWords();
  const inWords = useTrouble();
  const v = w.webhooks;
  const { ask } = useWorld();
  const now = useNow();
  const [filter, setFilter] = useState<Filter>('all');
  const [page, setPage] = useState<Page>();
  const [wrong, setWrong] = useState<string>();
  const read = (before?: string) =>
    call<Page>(ask, {
      route: 'webhookDeliveries',
      params: { id: webhook },
      query: { limit: '25', ...(filter !== 'all' && { state: filter }), ...(before && { before }) },
    });
  const fail = (error: unknown) => setWrong(inWords(error));
  // biome-ignore lint/correctness/useExhaustiveDependencies: `turn` asks the same again
  useEffect(() => {
    let wanted = true;
    read().then(
      (first) => {
        if (!wanted) return;
        setPage(first);
        setWrong(undefined);
      },
      (error) => wanted && fail(error),
    );
    return () => {
      wanted = false;
    };
  }, [webhook, filter, turn]);
  const again = (event: string) => call(ask, { route: 'redeliver', params: { id: webhook, event } }).then(onAgain, fail);
  const became = (one: WireDelivery): string => {
    if (one.state === 'taken') return v.taken(one.takenAt ? f.moment(one.takenAt, now) : '');
    if (one.state === 'failed') return v.givenUp(one.tries);
    return one.tries > 0 && one.nextTryAt && Date.parse(one.nextTryAt) > now ? v.waitsUntil(f.moment(one.nextTryAt, now)) : v.waitsNow;
  };
  return (
    <section>
      <div className="row messages-head">
        <h3 className="grow">{v.deliveries}</h3>
        <Choice
          label={v.deliveries}
          value={filter}
          onChange={setFilter}
          items={[
            { value: 'all', label: v.all },
            { value: 'waiting', label: v.waiting },
            { value: 'failed', label: v.failed },
          ]}
        />
      </div>
      <Wrong>{wrong}</Wrong>
      {page?.items.length === 0 && <p className="second">{filter === 'all' ? v.deliveriesNone : v.deliveriesNoneOf}</p>}
      {page && page.items.length > 0 && (
        <Scrolls label={v.deliveries}>
          <table className="table tight messages">
            <thead>
              <tr>
                <th scope="col">{v.when}</th>
                <th scope="col">{v.what}</th>
                <th scope="col">{v.about}</th>
                <th scope="col">{v.became}</th>
                <th scope="col">
                  <span className="unseen">{v.again}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {page.items.map((one) => (
                <tr key={one.event}>
                  <td className="n">{f.moment(one.at, now)}</td>
                  <td>
                    {v.event[one.kind]} <code>{one.kind}</code>
                  </td>
                  <td>
                    <bdi>{one.name ?? ''}</bdi>
                  </td>
                  <td className={one.state === 'failed' ? 'not-well' : undefined}>
                    {one.state === 'failed' ? <b>{became(one)}</b> : became(one)}
                    {one.sentence && (
                      <small>
                        <bdi>{troubleWords(one, w)}</bdi>
                      </small>
                    )}
                  </td>
                  <td className="num">
                    {!(one.state === 'waiting' && one.tries === 0) && (
                      <button
                        type="button"
                        className="btn small"
                        aria-label={[v.again, v.event[one.kind] ?? one.kind, one.name].filter(Boolean).join(' · ')}
                        onClick={() => again(one.event)}
                      >
                        {v.again}
                      </button>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scrolls>
      )}
      {page?.next && (
        <button
          type="button"
          className="btn plain"
          onClick={() => read(page.next).then((more) => setPage({ ...more, items: [...page.items, ...more.items] }), fail)}
        >
          {v.more}
        </button>
      )}
    </section>
  );
}
