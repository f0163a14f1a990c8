import { useEffect, useRef, useState } from 'react';
import { useNow } from '../../now.ts';
import { Segments } from '../../parts/segments.tsx';
import { useTrouble } from '../../trouble.ts';
import { call } from '../../use-api.ts';
import { troubleWords } from '../../words/refused.ts';
import { useWords } from '../../words/words.tsx';
import { useWorld } from '../../world.tsx';
import type { Source, Write } from './wire.ts';

type Shown = 'refused' | 'waiting' | 'sent';

/** What was or is to be written to the CRM. What it refused stays, in its own words, until somebody deals with it. */
export function Writes({ source, onChange }: { source: Source; onChange: () => void }) {
  const { w, f } = useWords();
  const inWords = useTrouble();
  const c = w.crm;
  const { ask } = useWorld();
  const now = useNow();
  const [state, setState] = useState<Shown>('refused');
  const [items, setItems] = useState<Write[]>();
  const [turn, setTurn] = useState(0);
  const [said, setSaid] = useState<{ ok: boolean; sentence: string; sent?: Write }>();
  const [giving, setGiving] = useState<string>();
  const { refused, waiting } = source.counts;
  const looked = useRef({ state, asked: 0, shown: 0 });
  // biome-ignore lint/correctness/useExhaustiveDependencies: `turn`, and each time the source is looked at anew, ask the same again
  useEffect(() => {
    // An answer that takes longer than until the next question still counts, unless a later one came before it.
    if (looked.current.state !== state) looked.current = { state, asked: 0, shown: 0 };
    const mine = looked.current;
    const place = ++mine.asked;
    const newest = () => looked.current === mine && place > mine.shown;
    call<{ items: Write[] }>(ask, { route: 'sourceWrites', params: { id: source.id }, query: { state } }).then(
      (found) => {
        if (!newest()) return;
        mine.shown = place;
        setItems(found.items);
      },
      (error) => newest() && setSaid({ ok: false, sentence: inWords(error) }),
    );
  }, [ask, source, state, turn]);
  const deal = (one: Write, how: 'again' | 'discard') => {
    setGiving(undefined);
    call(ask, { route: 'dealWithWrite', params: { id: one.id }, body: { do: how } }).then(
      () => {
        setSaid(how === 'again' ? { ok: true, sentence: c.sentAgain, sent: one } : undefined);
        setTurn((n) => n + 1);
        onChange();
      },
      (error) => setSaid({ ok: false, sentence: inWords(error) }),
    );
  };
  const { sent } = said ?? {};
  // An older answer may still have it in the list; one that was tried since then has it there anew.
  const refusedAgain = sent && items?.some((one) => one.id === sent.id && one.state === 'refused' && one.attempts > sent.attempts);
  const notice = refusedAgain ? { ok: false, sentence: c.refusedAgain } : said;
  return (
    <section>
      <div className="row messages-head">
        <h3 className="grow">{c.writesTitle}</h3>
        <Segments
          small
          label={c.writesTitle}
          value={state}
          onPick={setState}
          items={[
            { value: 'refused', label: refused ? `${c.writesRefused} ${f.number(refused)}` : c.writesRefused },
            { value: 'waiting', label: waiting ? `${c.writesWaiting} ${f.number(waiting)}` : c.writesWaiting },
            { value: 'sent', label: c.writesSent },
          ]}
        />
      </div>
      {notice && (
        <p className={notice.ok ? 'help' : 'help wrong'} role={notice.ok ? 'status' : 'alert'}>
          {notice.sentence}
        </p>
      )}
      {items?.length === 0 && <p className="second">{c.writesNone}</p>}
      {items && items.length > 0 && (
        <ul className="writes">
          {items.map((one) => (
            <li key={one.id}>
              <div className="row">
                <b className="grow">
                  <bdi>{one.name}</bdi>
                </b>
                <time className="quiet t12" dateTime={one.at} title={f.full(one.at)}>
                  {f.moment(one.at, now)}
                </time>
              </div>
              <p className="second">
                <bdi>{one.note}</bdi>
              </p>
              {one.sentence && (
                <p className={one.state === 'refused' ? 'refusal' : 'second'}>
                  <bdi>{troubleWords(one, w)}</bdi>
                </p>
              )}
              {(one.changed.length > 0 || one.kept.length > 0 || (one.state === 'waiting' && one.attempts > 0)) && (
                <p className="quiet t12">
                  {[
                    one.changed.length > 0 && c.changed(f.list(one.changed.map(w.written))),
                    one.kept.length > 0 && c.left(f.list(one.kept.map(w.written))),
                    one.state === 'waiting' && one.attempts > 0 && c.tried(one.attempts),
                  ]
                    .filter(Boolean)
                    .join(w.joint)}
                </p>
              )}
              {one.state === 'refused' &&
                (giving === one.id ? (
                  <div className="asking">
                    <p>{c.discardText}</p>
                    <span className="row">
                      <button type="button" className="btn small" onClick={() => deal(one, 'discard')}>
                        {c.discardSure}
                      </button>
                      <button type="button" className="btn small plain" onClick={() => setGiving(undefined)}>
                        {w.cancel}
                      </button>
                    </span>
                  </div>
                ) : (
                  <div className="row">
                    <button type="button" className="btn small" aria-label={`${c.again} · ${one.name}`} onClick={() => deal(one, 'again')}>
                      {c.again}
                    </button>
                    <button
                      type="button"
                      className="btn small plain"
                      aria-label={`${c.discard} · ${one.name}`}
                      onClick={() => setGiving(one.id)}
                    >
                      {c.discard}
                    </button>
                  </div>
                ))}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
