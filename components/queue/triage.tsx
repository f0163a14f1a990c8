import { useCallback, useEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import type { ActState, Me, QueueItem } from '../../lib/bridge/scene.ts';
import type { Card } from '../../lib/contract/card.ts';
import type { Agreement } from '../../lib/funnel/agreement.ts';
import { didWords, offers } from '../card/acts.tsx';
import { type Told, type Triage, type TriageAct, triageActs, useTriage } from '../card/triage.ts';
import { useNow } from '../now.ts';
import { notSavedWords } from '../words/refused.ts';
import { useWords, type Words } from '../words/words.tsx';
import { useWorld } from '../world.tsx';
import { useKeys } from './keys.ts';
import { useLead } from './lead.tsx';
import { keyOf } from './row.tsx';

export interface TriageList {
  /** The items in the order of the lines on screen. */
  order: readonly QueueItem[];
  /** The lines that can have the focus, in the same order. */
  rows: () => HTMLElement[];
  /** Whether the first item is chosen before anybody has chosen one. */
  firstChosen: boolean;
  /** Brings the list on screen, where something else can stand in its place. */
  show?: () => void;
  /** Brings the items on screen that were left out, where some are. */
  more?: () => void;
  /** What `o` does to the chosen one: the page it is about, or its card. */
  open: (item: QueueItem) => void;
  search?: () => void;
  /** The letters belong to something else. */
  busy?: () => boolean;
}

/**
 * Triage by keys over a list of what waits, the same in the popup and on the full page: j and k go through the lines,
 * a, q and r do what the chosen lead's card offers, u takes the last act back.
 */
export function useTriageKeys({ order, rows, firstChosen, show, more, open, search, busy }: TriageList) {
  const { w } = useWords();
  const { ask } = useWorld();
  const q = w.queue;
  const [chosen, setChosen] = useState<string>();
  const [said, setSaid] = useState<string>();
  const triage = useRef<Triage>(null);
  const wanted = useRef<TriageAct>(undefined);
  const at = useKeptPlace(order, chosen, firstChosen);
  const current = order[at];

  const tell: Told = useCallback((told) => {
    triage.current = told;
    const act = wanted.current;
    wanted.current = undefined;
    if (act) told[act]?.();
    return () => {
      if (triage.current === told) triage.current = null;
    };
  }, []);

  const move = (step: number) => {
    const nowhere = document.activeElement === document.body;
    if (show) flushSync(show);
    const focused = rows().indexOf(document.activeElement as HTMLElement);
    // The first press goes to what is shown already, when the keyboard is elsewhere.
    const to = focused >= 0 ? focused + step : at < 0 ? 0 : at + (nowhere ? 0 : step);
    if (more && to >= rows().length) flushSync(more);
    const stops = rows();
    stops[Math.min(stops.length - 1, Math.max(0, to))]?.focus();
  };
  const act = (what: TriageAct, label: string) => () => {
    if (!current) return setSaid(order.length > 0 ? q.chooseFirst : undefined);
    const card = triage.current;
    if (!current.lead || !card || card.lead !== current.lead) return setSaid(current.lead ? q.notHere : q.notOffered(label));
    const does = card[what];
    setSaid(does ? undefined : q.notOffered(label));
    does?.();
  };
  useKeys(
    {
      j: () => move(1),
      k: () => move(-1),
      a: act('accept', w.card.accept),
      q: act('qualify', w.card.qualify),
      r: act('return', w.card.return),
      o: () => current && open(current),
      u() {
        // Asked for, not remembered: what was pressed a moment ago may not have been told to this page yet.
        ask('outbox')
          .then((acts) => {
            const held = acts.findLast((one) => one.status === 'held');
            return held ? ask('undo', { id: held.id }).then(() => q.undone) : q.nothingToUndo;
          })
          .then(setSaid, () => setSaid(w.card.notSaved));
      },
      ...(search && { '/': search }),
    },
    () => busy?.() === true || triage.current?.busy === true,
  );
  const choose = (key: string) => {
    setChosen(key);
    setSaid(undefined);
  };
  return {
    chosen,
    at,
    current,
    said,
    tell,
    choose,
    say: setSaid,
    /** Done as soon as a card that is only now opening says that it can. */
    once(what: TriageAct) {
      wanted.current = what;
    },
    /** Gives the keyboard to the card. */
    intoCard: () => triage.current?.focus(),
  };
}

interface UnseenProps {
  id: string;
  me?: Me;
  agreement?: Agreement;
  /** Opens the card where something has to be asked first. */
  onCard: (first?: TriageAct) => void;
  /** Why an act was not saved. */
  onWrong: (sentence: string) => void;
}
/** What can be done to a lead whose card is not on screen. */
export function Unseen(props: UnseenProps) {
  const { card } = useLead(props.id);
  return card ? <UnseenCard {...props} card={card} /> : null;
}
function UnseenCard({ card, me, agreement, onCard, onWrong }: UnseenProps & { card: Card }) {
  const { w } = useWords();
  const { ask } = useWorld();
  const now = useNow();
  const lead = card.id;
  const decide = (decision: { kind: 'accept' } | { kind: 'qualify'; criteria: string[] }) => {
    ask('decide', { lead, decision }).catch((error: unknown) => onWrong(notSavedWords(error, w)));
  };
  useTriage({
    lead,
    busy: false,
    ...triageActs(offers(card, me, agreement, now), card, agreement, {
      accept: () => decide({ kind: 'accept' }),
      qualify: () => decide({ kind: 'qualify', criteria: [] }),
      askCriteria: () => onCard('qualify'),
      askReason: () => onCard('return'),
    }),
    focus: () => onCard(),
  });
  return null;
}

/** The act of this device that has not arrived yet, in words. */
export function didOn(item: QueueItem, outbox: readonly ActState[], w: Words): string | undefined {
  const act = outbox.findLast(
    ({ act, status }) => act.kind === 'decision' && act.lead === item.lead && ['held', 'queued', 'sending'].includes(status),
  );
  return item.kind === 'handoff' || item.kind === 'own' || item.kind === 'breach' ? act && didWords(act, w) : undefined;
}

/** The place of what is chosen; when it has left the queue, of what came into its place. */
function useKeptPlace(order: readonly QueueItem[], chosen: string | undefined, firstChosen: boolean): number {
  const found = order.findIndex((item) => keyOf(item) === chosen);
  const last = useRef(0);
  useEffect(() => {
    if (found >= 0) last.current = found;
  });
  if (found >= 0) return found;
  return chosen === undefined ? (firstChosen ? 0 : -1) : Math.min(last.current, order.length - 1);
}

/** Which keys there are, and what came of the last one where the list itself does not show it. */
export function KeysLine({ marketer, search, said }: { marketer: boolean; search: string; said?: string }) {
  const { w } = useWords();
  const keys: [string[], string][] = [
    [['j', 'k'], w.queue.move],
    ...(marketer
      ? []
      : ([
          [['a'], w.inSentence(w.card.accept)],
          [['q'], w.inSentence(w.card.qualify)],
          [['r'], w.inSentence(w.card.return)],
        ] as [string[], string][])),
    [['u'], w.inSentence(w.undo)],
    [['o'], w.queue.into],
    [['/'], w.inSentence(search)],
  ];
  return (
    <div className="keys">
      <div className="keys-line" role="note" aria-label={w.queue.keys}>
        {keys.map(([names, what]) => (
          <span key={what}>
            {names.map((name) => (
              <kbd key={name} className="key">
                {name}
              </kbd>
            ))}
            {what}
          </span>
        ))}
      </div>
      <p className="said quiet t12" role="status">
        {said}
      </p>
    </div>
  );
}
