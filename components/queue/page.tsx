import { useRef, useState } from 'react';
import { isNews } from '../../lib/bridge/news.ts';
import type { Status } from '../../lib/bridge/protocol.ts';
import type { ActState, QueueItem } from '../../lib/bridge/scene.ts';
import type { Agreement } from '../../lib/funnel/agreement.ts';
import { TriageProvider } from '../card/triage.ts';
import { Icon } from '../icons.tsx';
import { useNow } from '../now.ts';
import { Shapes } from '../parts/answering.tsx';
import { Termed } from '../parts/entry.tsx';
import { Segments } from '../parts/segments.tsx';
import type { View } from '../report/view.ts';
import { useAsked } from '../use-asked.ts';
import { useWords } from '../words/words.tsx';
import { type Group, groupsOf, isOf } from './groups.ts';
import { Handed } from './handed.tsx';
import { CardOf } from './lead.tsx';
import { keyOf, QueueRow, rowWords, useOpenItem } from './row.tsx';
import { didOn, KeysLine, useTriageKeys } from './triage.tsx';

/** What waits, as a page: the lines by deadline, the card of the chosen one beside them, and everything by keys. */
export function QueuePage({ status, view, onChange }: { status: Status; view: View; onChange: (change: Partial<View>) => void }) {
  const { w } = useWords();
  const q = w.queue;
  const role = status.me?.role ?? 'rep';
  const now = new Date(useNow()).toISOString();
  const queue = useAsked('queue', ['queue', 'connection']);
  const outbox = useAsked('outbox', ['outbox']).value ?? [];
  const [words, setWords] = useState('');
  const list = useRef<HTMLDivElement>(null);
  const filter = useRef<HTMLInputElement>(null);
  const agreement = queue.value?.agreement;
  const all = queue.value?.items ?? [];
  const offered = groupsOf[role];
  const group: Group = view.group && offered.includes(view.group) ? view.group : 'all';
  const shown = all.filter((item) => isOf(group, item, now, agreement) && fits(item, words, agreement, w));
  const waiting = shown.filter((item) => !isNews(item));
  const news = shown.filter(isNews);
  const order = [...waiting, ...news];
  const openPage = useOpenItem(() => {});
  const keys = useTriageKeys({
    order,
    rows: () => [...(list.current?.querySelectorAll<HTMLElement>('button.line') ?? [])],
    firstChosen: true,
    open: (item) => (item.lead ? keys.intoCard() : openPage(item)),
    search: () => filter.current?.focus(),
    me: status.me,
    agreement,
  });
  const { current, chosen, choose } = keys;
  const beside = group === 'handed' ? handedLead(chosen) : current?.lead;
  const lines = (items: readonly QueueItem[]) => (
    <ul>
      {items.map((item) => (
        <li key={keyOf(item)}>
          <QueueRow
            item={item}
            agreement={agreement}
            on={current !== undefined && keyOf(item) === keyOf(current)}
            did={didOn(item, outbox, w)}
            onOpen={(one) => (one.lead ? choose(keyOf(one)) : openPage(one))}
            onFocus={(one) => choose(keyOf(one))}
          />
        </li>
      ))}
    </ul>
  );
  return (
    <>
      <header className="section-head">
        <div className="grow">
          <h1>{q.title}</h1>
          <p className="second">{role === 'marketer' ? q.textMarketer : q.text}</p>
        </div>
      </header>
      {/* The list of what was handed over has columns: it takes the whole width until a lead is chosen. */}
      <div className={`queue-page${group === 'handed' && !beside ? ' wide' : ''}`}>
        <div className="queue-list" ref={list}>
          <div className="row">
            <Segments
              label={q.group}
              small
              value={group}
              items={offered.map((value) => ({ value, label: <Label group={value} count={countOf(value, all, now, agreement)} /> }))}
              onPick={(value) => onChange({ group: value })}
            />
            {group !== 'handed' && (
              <span className="field">
                <Icon name="search" />
                <input
                  ref={filter}
                  placeholder={q.filter}
                  aria-label={q.filter}
                  dir="auto"
                  autoComplete="off"
                  maxLength={200}
                  value={words}
                  onChange={(e) => setWords(e.target.value)}
                  onKeyDown={(e) => {
                    if (e.key !== 'Escape') return;
                    setWords('');
                    e.currentTarget.blur();
                  }}
                />
                <span className="key" aria-hidden="true">
                  /
                </span>
              </span>
            )}
          </div>
          {group === 'handed' ? (
            <Handed agreement={agreement} onLead={(lead) => choose(ofHanded + lead)} />
          ) : !queue.value ? (
            <Shapes />
          ) : order.length ? (
            <>
              {lines(waiting)}
              {news.length > 0 && (
                <>
                  {waiting.length > 0 && <h2>{q.news}</h2>}
                  {lines(news)}
                </>
              )}
            </>
          ) : (
            <Nothing
              none={!all.length}
              marketer={role === 'marketer'}
              onAll={() => {
                setWords('');
                onChange({ group: 'all' });
              }}
            />
          )}
          {group !== 'handed' && <KeysLine marketer={role === 'marketer'} search={q.filter} said={keys.said} />}
        </div>
        <aside className="queue-card" aria-label={w.card.label}>
          <TriageProvider value={keys.tell}>
            <Beside lead={beside} empty={q.choose} status={status} outbox={outbox} agreement={agreement} />
          </TriageProvider>
        </aside>
      </div>
    </>
  );
}

/** What marks a choice in the list of what was handed over, which has leads and no items. */
const ofHanded = 'handed ';
const handedLead = (chosen?: string): string | undefined => (chosen?.startsWith(ofHanded) ? chosen.slice(ofHanded.length) : undefined);

function Beside({ lead, empty, ...more }: { lead?: string; empty: string; status: Status; outbox: ActState[]; agreement?: Agreement }) {
  return lead && /^[0-9a-f-]+$/.test(lead) ? <CardOf key={lead} id={lead} {...more} /> : <p className="quiet">{empty}</p>;
}

const Label = ({ group, count }: { group: Group; count?: number }) => {
  const { w } = useWords();
  return (
    <>
      {w.queue.groups[group]}
      {count !== undefined && <span className="quiet n"> {count}</span>}
    </>
  );
};
const countOf = (group: Group, items: readonly QueueItem[], now: string, agreement?: Agreement): number | undefined =>
  group === 'handed' ? undefined : items.filter((item) => isOf(group, item, now, agreement)).length;

function fits(item: QueueItem, words: string, agreement: Agreement | undefined, w: ReturnType<typeof useWords>['w']): boolean {
  const { title, under } = rowWords(item, agreement, w);
  const text = [title, under, item.title, item.company, item.holder, item.team].filter(Boolean).join(' ').toLocaleLowerCase();
  return words
    .toLocaleLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

function Nothing({ none, marketer, onAll }: { none: boolean; marketer: boolean; onAll: () => void }) {
  const { w } = useWords();
  return (
    <div className="void">
      <h2>{none ? w.popup.empty : w.queue.noneFit}</h2>
      {none ? (
        <p className="second">
          <Termed text={marketer ? w.popup.emptyMarketer : w.popup.emptyRep} />
        </p>
      ) : (
        <button type="button" className="btn" onClick={onAll}>
          {w.queue.showAll}
        </button>
      )}
    </div>
  );
}
