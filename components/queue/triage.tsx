import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import type { ActState, Me, QueueItem } from '../../lib/bridge/scene.ts';
import type { Agreement } from '../../lib/funnel/agreement.ts';
import { didWords } from '../card/acts.tsx';
import { type Told, type TriageAct, type TriageCard, type TriagePanel, triageActs } from '../card/triage.ts';
import { NotSaved } from '../parts/refused.tsx';
import { useWords, type Words } from '../words/words.tsx';
import { useWorld } from '../world.tsx';
import { useKeys } from './keys.ts';
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
  /** The lead whose card stands in place of the list. */
  showing?: string;
  /** Brings a lead's card on screen, where it does not stand beside the list. */
  showCard?: (lead: string) => void;
  me?: Me;
  agreement?: Agreement;
}

/** How many ms an answer may take before it is said that it is on its way. */
const patience = 300;

/**
 * Triage by keys over a list of what waits, the same in the popup and on the full page: j and k go through the lines,
 * a, q and r do what the chosen lead's card offers, u takes the last act back.
 */
export function useTriageKeys(list: TriageList) {
  const { order, rows, firstChosen, show, more, open, search, busy, showing, showCard, me, agreement } = list;
  const { w } = useWords();
  const { ask, now } = useWorld();
  const q = w.queue;
  const [chosen, setChosen] = useState<string>();
  const [said, setSaid] = useState<ReactNode>();
  const at = useKeptPlace(order, chosen, firstChosen);
  const current = order[at];
  const lead = showing ?? current?.lead;
  const newest = useRef(lead);
  useEffect(() => {
    newest.current = lead;
  });

  const card = useRef<TriageCard>(null);
  const wanted = useRef<{ lead: string; panel: TriagePanel }>(undefined);
  const tell: Told = useCallback((told) => {
    card.current = told;
    if (wanted.current?.lead === told.lead) {
      told.open(wanted.current.panel);
      wanted.current = undefined;
    }
    return () => {
      if (card.current === told) card.current = null;
    };
  }, []);
  // Whoever went back to the list before the card came is asked nothing when it is opened another time.
  useEffect(() => {
    if (showing !== wanted.current?.lead) wanted.current = undefined;
  }, [showing]);
  const panelOf = (lead: string, panel: TriagePanel) => {
    if (card.current?.lead === lead) return card.current.open(panel);
    wanted.current = { lead, panel };
    showCard?.(lead);
  };

  /** One letter after the other, so that each finds what the one before it has done. */
  const turn = useRef(Promise.resolve());
  const inTurn = (work: () => Promise<ReactNode>) => {
    turn.current = turn.current.then(work).then(setSaid);
  };
  /** Asked for, not taken from the screen: what was done a moment ago may not have been painted yet. */
  const triaged = async (lead: string, what: TriageAct, label: string): Promise<ReactNode> => {
    const late = setTimeout(() => setSaid(q.notHere), patience);
    const known = await ask('lead', { id: lead }).catch(() => undefined);
    clearTimeout(late);
    if (!known) return w.card.notHereText;
    const does = triageActs(known, me, agreement, now())[what];
    if (!does) return q.notOffered(label);
    if ('decision' in does)
      return ask('decide', { lead, decision: does.decision }).then(
        () => undefined,
        (error: unknown) => <NotSaved error={error} />,
      );
    // Whoever has gone on to the next line is asked nothing about the one before.
    if (newest.current === lead) panelOf(lead, does.panel);
    return undefined;
  };

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
    setSaid(undefined);
    if (lead) inTurn(() => triaged(lead, what, label));
    else if (current) setSaid(q.notOffered(label));
    else if (order.length > 0) setSaid(q.chooseFirst);
  };
  useKeys(
    {
      j: () => move(1),
      k: () => move(-1),
      a: act('accept', w.card.accept),
      q: act('qualify', w.card.qualify),
      r: act('return', w.card.return),
      o: () => current && open(current),
      u: () =>
        inTurn(async () => {
          try {
            const held = (await ask('outbox')).findLast((one) => one.status === 'held');
            if (!held) return q.nothingToUndo;
            await ask('undo', { id: held.id });
            return q.undone;
          } catch {
            return w.card.notSaved;
          }
        }),
      ...(search && { '/': search }),
    },
    () => busy?.() === true || card.current?.busy === true,
  );
  const choose = (key: string) => {
    setChosen(key);
    setSaid(undefined);
    wanted.current = undefined;
  };
  return {
    chosen,
    at,
    current,
    said,
    tell,
    choose,
    /** Gives the keyboard to the card. */
    intoCard: () => card.current?.focus(),
  };
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
export function KeysLine({ marketer, search, said }: { marketer: boolean; search: string; said?: ReactNode }) {
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
