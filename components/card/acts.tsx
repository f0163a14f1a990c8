import { useRef } from 'react';
import { leadOf } from '../../lib/bridge/lead-of.ts';
import type { ActState, Me } from '../../lib/bridge/scene.ts';
import type { Card } from '../../lib/contract/card.ts';
import type { Agreement } from '../../lib/funnel/agreement.ts';
import { allowed } from '../../lib/funnel/decide.ts';
import type { DecisionKind } from '../../lib/funnel/words.ts';
import { Icon } from '../icons.tsx';
import { useNow } from '../now.ts';
import { ActButton } from '../trust.tsx';
import { useWords, type Words } from '../words/words.tsx';
import { type Panel, useDoing } from './doing.tsx';

/** What the rules let this user do with this lead now. Without an agreement nothing is offered. */
export function offers(card: Card, me: Me | undefined, agreement: Agreement | undefined, now: number): ReadonlySet<DecisionKind> {
  if (!me || !agreement) return new Set();
  const actor = { id: me.id, kind: 'user', role: me.role, name: me.name } as const;
  return new Set(allowed(leadOf(card), actor, agreement, new Date(now).toISOString()));
}

/** One act that stands in the row: it opens a panel, or it is done at once. */
interface Offer {
  key: DecisionKind;
  label: string;
  /** Opens this instead of acting. */
  panel?: Panel;
  icon?: 'phone';
  count?: number;
}

/** At most three, the first one filled where something is owed; the rest is in the menu. */
export function rowOf(card: Card, can: ReadonlySet<DecisionKind>, paused: boolean, sqlHasCriteria: boolean, w: Words): Offer[] {
  const c = w.card;
  const row: (Offer | false)[] = [
    paused && can.has('resume') && { key: 'resume', label: c.resume },
    can.has('hand_over') && { key: 'hand_over', label: c.handOver, panel: 'handover' },
    !paused && can.has('accept') && { key: 'accept', label: c.accept },
    can.has('qualify') && { key: 'qualify', label: c.qualify, ...(sqlHasCriteria && { panel: 'qualify' as const }) },
    card.stage === 'sal' && !paused && can.has('attempt') && { key: 'attempt', label: c.attempt, icon: 'phone', count: card.attempts },
    can.has('open_opportunity') && { key: 'open_opportunity', label: c.openOpportunity, panel: 'opportunity' },
    can.has('win') && { key: 'win', label: c.won, panel: 'win' },
    can.has('lose')
      ? { key: 'lose', label: c.lost, panel: 'return' as const }
      : (can.has('recycle') || can.has('disqualify')) && { key: 'recycle', label: c.return, panel: 'return' as const },
    can.has('reopen') && { key: 'reopen', label: can.has('hand_over') || !can.has('reopen') ? c.reopen : c.reopenMine },
  ];
  return row.filter((o): o is Offer => o !== false).slice(0, 3);
}

/** The newest act that can still be undone. */
export const heldOf = (acts: ActState[], kinds: readonly string[], now: number): ActState | undefined =>
  acts.findLast((a) => a.status === 'held' && kinds.includes(a.act.kind) && (a.heldUntil ?? 0) > now);

export function Acts({ can }: { can: ReadonlySet<DecisionKind> }) {
  const { card, scene, agreement, acts, show, panel, decide, now } = useDoing();
  const { w } = useWords();
  const row = useRef<HTMLDivElement>(null);
  const held = heldOf(acts, ['decision', 'tie', 'untie', 'add'], now);
  if (held)
    return (
      <div className="acts" ref={row}>
        <UndoBar act={held} />
      </div>
    );
  const paused = card.clock.state === 'paused';
  const offered = rowOf(card, can, paused, (agreement?.stages.sql?.criteria.length ?? 0) > 0, w);
  if (!offered.length) return null;
  const open = card.handoff?.state === 'waiting' || card.handoff?.state === 'accepted';
  const holder = open ? card.handoff?.toId : card.owner.id;
  // One filled button, and only where it is this user, or nobody yet, who owes something.
  const mine = !holder || holder === scene.me?.id;
  const owed = ['mql', 'sal', 'sql', 'opportunity'].includes(card.stage) && mine;
  return (
    <div className="acts" ref={row}>
      {offered.map((offer, i) => {
        const main = i === 0 && (owed || offer.key === 'hand_over');
        const caret = offer.panel === 'return';
        const body = (
          <>
            {offer.icon && <Icon name={offer.icon} />}
            {offer.label}
            {offer.count ? <span className="quiet n">{offer.count}</span> : null}
            {caret && <Icon name="down" small />}
          </>
        );
        const className = main ? 'btn main' : 'btn';
        if (offer.panel)
          return (
            <button
              key={offer.key}
              type="button"
              className={className}
              aria-expanded={panel === offer.panel}
              onClick={() => show(offer.panel)}
            >
              {body}
            </button>
          );
        return (
          <ActButton
            key={offer.key}
            className={className}
            onAct={() =>
              void decide(
                offer.key === 'attempt'
                  ? { kind: 'attempt', channel: 'call' }
                  : offer.key === 'qualify'
                    ? { kind: 'qualify', criteria: [] }
                    : { kind: offer.key as 'accept' | 'resume' | 'reopen' },
              )
            }
          >
            {body}
          </ActButton>
        );
      })}
    </div>
  );
}

export const didWords = (act: ActState, w: Words): string => {
  const { act: what } = act;
  if (what.kind === 'decision') return w.did[what.body.kind];
  if (what.kind === 'feedback') return what.body.kind === 'insight' ? w.did.insight : w.did.feedback;
  return w.did[what.kind];
};

/** Six seconds in the row that was pressed; Undo stands at the far end, so that a double click undoes nothing. */
export function UndoBar({ act }: { act: ActState }) {
  const now = useNow('second');
  const { w } = useWords();
  const { undo } = useDoing();
  const seconds = Math.max(0, Math.ceil(((act.heldUntil ?? now) - now) / 1000));
  if (seconds === 0) return null;
  return (
    <div className="undo">
      <Icon name="check" />
      <span className="grow cut" role="status">
        {w.savedHere(didWords(act, w))}
      </span>
      <ActButton className="undo-button n" onAct={() => void undo(act.id)}>
        {w.undoIn(seconds)}
      </ActButton>
      <i style={{ '--left': seconds / 6 } as React.CSSProperties} />
    </div>
  );
}
