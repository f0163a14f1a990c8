import type { ActState, Connection } from '../../lib/bridge/scene.ts';
import { didWords } from '../card/acts.tsx';
import { conflictWords, NotApplied } from '../card/notes.tsx';
import { Icon, type IconName } from '../icons.tsx';
import { useNow } from '../now.ts';
import { Refused } from '../parts/refused.tsx';
import { ActButton } from '../trust.tsx';
import { refusedWords } from '../words/refused.ts';
import { useWords, type Words } from '../words/words.tsx';
import { useWorld } from '../world.tsx';

/** Every act that has not arrived, with its reason. Nothing goes without being named, nothing is thrown away unasked. */
export function Unsent({ acts, connection, onOpen }: { acts: ActState[]; connection: Connection; onOpen: (lead: string) => void }) {
  const { w } = useWords();
  const waiting = acts.filter((a) => a.status !== 'done' && a.status !== 'undone');
  if (!waiting.length) return null;
  return (
    <section>
      <h2>
        {w.popup.notSent}
        <span className="hint">{w.popup.keptHere(waiting.length)}</span>
      </h2>
      <ul>
        {waiting.map((act) => (
          <Line key={act.id} act={act} connection={connection} onOpen={onOpen} />
        ))}
      </ul>
    </section>
  );
}

const iconOf: Partial<Record<ActState['status'], IconName>> = {
  held: 'right',
  queued: 'again',
  sending: 'right',
  refused: 'alert',
  old: 'lock',
};

/** What an act is, in the words of its button. */
export function actWords({ act }: ActState, w: Words): string {
  if (act.kind === 'decision') return w.decision[act.body.kind];
  if (act.kind === 'feedback') return act.body.verdict ? w.verdict[act.body.verdict] : w.card.insight;
  return didWords({ act } as ActState, w);
}

function Line({ act, connection, onOpen }: { act: ActState; connection: Connection; onOpen: (lead: string) => void }) {
  const { w } = useWords();
  const { ask } = useWorld();
  const now = useNow(act.status === 'held' ? 'second' : 'minute');
  const p = w.popup;
  const offline = connection.state === 'offline';
  const why = (): string => {
    switch (act.status) {
      case 'held':
        return p.held(Math.max(0, Math.ceil(((act.heldUntil ?? now) - now) / 1000)));
      case 'queued':
        return act.attempts > 0 ? p.queuedTried(act.attempts) : p.queued;
      case 'refused':
        return act.conflict ? conflictWords(act, w) : (refusedWords(act, w) ?? p.refused);
      case 'old':
        return p.old;
      default:
        return p.sending;
    }
  };
  const said = why();
  const id = act.id;
  const label = (what: string) => `${what}: ${actWords(act, w)}, ${act.name}`;
  return (
    <li className={act.status === 'refused' ? 'line task wrong' : 'line task'}>
      <Icon name={act.status === 'queued' && offline ? 'off' : (iconOf[act.status] ?? 'right')} />
      <span className="grow">
        <span className="cut">
          {actWords(act, w)}
          {w.joint}
          <bdi>{act.name}</bdi>
        </span>
        <small title={said}>
          {act.status !== 'refused' ? said : act.conflict ? <NotApplied act={act} /> : <Refused {...act} otherwise={p.refused} />}
        </small>
      </span>
      {act.status === 'held' && (
        <ActButton className="btn small" aria-label={label(w.undo)} onAct={() => void ask('undo', { id })}>
          {w.undo}
        </ActButton>
      )}
      {act.status === 'refused' && (
        <>
          {act.act.kind !== 'add' && (
            <button type="button" className="btn small" aria-label={label(p.openLead)} onClick={() => onOpen(act.act.lead)}>
              {p.openLead}
            </button>
          )}
          {!act.conflict && (
            <ActButton className="btn small plain" aria-label={label(w.card.sendAgain)} onAct={() => void ask('retry', { id })}>
              {w.card.sendAgain}
            </ActButton>
          )}
          <ActButton className="btn small plain" aria-label={label(p.discard)} onAct={() => void ask('discard', { id })}>
            {p.discard}
          </ActButton>
        </>
      )}
      {act.status === 'old' && (
        <>
          <ActButton className="btn small" aria-label={label(p.send)} onAct={() => void ask('retry', { id })}>
            {p.send}
          </ActButton>
          <ActButton className="btn small plain" aria-label={label(p.discard)} onAct={() => void ask('discard', { id })}>
            {p.discard}
          </ActButton>
        </>
      )}
      {act.status === 'queued' && (
        <ActButton className="btn small plain" aria-label={label(w.tryNow)} onAct={() => void ask('retry', { id })}>
          {w.tryNow}
        </ActButton>
      )}
    </li>
  );
}
