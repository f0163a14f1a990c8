import type { ActState } from '../../lib/bridge/scene.ts';
import type { TroubleCode } from '../../lib/funnel/sentences/troubles.ts';
import type { Stage } from '../../lib/funnel/words.ts';
import { Icon } from '../icons.tsx';
import { ReasonEntry, StageEntry } from '../parts/entry.tsx';
import { Refused } from '../parts/refused.tsx';
import { ActButton } from '../trust.tsx';
import { refusedWords, troubleWords } from '../words/refused.ts';
import { fill, useWords, type Words } from '../words/words.tsx';
import { useWorld } from '../world.tsx';
import { useDoing } from './doing.tsx';

/** What a state has to explain about the lead itself, before why now: it came back, the CRM refused, an act was refused. */
export function Notes() {
  const { card, acts, now } = useDoing();
  return (
    <>
      {acts
        .filter((a) => a.status === 'refused' || a.status === 'old')
        .map((a) => (
          <Unsent key={a.id} id={a.id} />
        ))}
      {card.crm.state === 'refused' && <CrmRefused />}
      {(card.crm.state === 'waiting' || isRecent(card.crm.at, now)) && card.crm.state !== 'refused' && card.crm.sentence && <CrmSays />}
      {card.returned.times > 0 && (card.stage === 'mql' || card.stage === 'sal') && <BackAgain />}
    </>
  );
}

/** What was left standing in the CRM is said for a week; why something waits, as long as it does. */
const saidForMs = 7 * 86_400_000;
const isRecent = (at: string | undefined, now: number): boolean => at !== undefined && now - Date.parse(at) < saidForMs;

function CrmSays() {
  const { card } = useDoing();
  const { openLink } = useWorld();
  const { w } = useWords();
  const { link, state } = card.crm;
  return (
    <div className="note">
      <Icon name={state === 'waiting' ? 'pause' : 'alert'} />
      <div>
        <p>
          <bdi>{troubleWords(card.crm, w)}</bdi>
        </p>
        {link && (
          <div className="note-acts">
            <button type="button" className="btn small" onClick={() => openLink(link)}>
              {w.card.openInCrm}
              <Icon name="out" small />
            </button>
          </div>
        )}
      </div>
    </div>
  );
}

function BackAgain() {
  const { card, now, show } = useDoing();
  const { w, f } = useWords();
  const { times, last } = card.returned;
  return (
    <div className="note">
      <Icon name="again" />
      <p>
        <b>{w.card.backTimes(times + 1)}</b>{' '}
        {last &&
          fill(w.card.lastReturn, {
            reason: <ReasonEntry code={last.reason} within />,
            name: <bdi>{last.by}</bdi>,
            day: f.day(last.at, now),
          })}{' '}
        <button type="button" className="btn link inline" onClick={() => show('history')}>
          {w.card.history}
        </button>
      </p>
    </div>
  );
}

function CrmRefused() {
  const { card, now, sendToCrm } = useDoing();
  const { openLink } = useWorld();
  const { w, f } = useWords();
  const { link, write } = card.crm;
  const sentence = troubleWords(card.crm, w);
  const theirs = (card.crm.said?.code ?? 'crm-says') === ('crm-says' satisfies TroubleCode);
  return (
    <div className="note wrong">
      <Icon name="alert" />
      <div>
        <b>{w.card.crmRefused}</b>
        {sentence && (
          <p>
            <bdi>{theirs ? w.quote(sentence) : sentence}</bdi>
          </p>
        )}
        <p className="second">
          {fill(w.card.batonHasIt('{stage}', f.moment(card.since, now)), { stage: <StageEntry stage={card.stage} word /> })}
        </p>
        <div className="note-acts">
          {link && (
            <button type="button" className="btn small" onClick={() => openLink(link)}>
              {w.card.openInCrm}
              <Icon name="out" small />
            </button>
          )}
          {write && (
            <ActButton className="btn small plain" onAct={() => void sendToCrm(write)}>
              {w.card.sendAgain}
            </ActButton>
          )}
        </div>
      </div>
    </div>
  );
}

const movedTo = (act: ActState): Stage | undefined => (act.act.kind === 'decision' ? act.conflict?.stage : undefined);

/** Why an act was not applied, in the words of this screen where they are known. */
export function conflictWords(act: ActState, w: Words): string {
  const to = movedTo(act);
  if (to) return w.card.movedOn(w.stage[to], act.movedBy);
  return refusedWords(act, w) ?? w.card.movedMeanwhile;
}

/** The same, in which the stage opens its entry. */
export function NotApplied({ act }: { act: ActState }) {
  const { w } = useWords();
  const to = movedTo(act);
  if (to) return fill(w.card.movedOn('{stage}', act.movedBy), { stage: <StageEntry stage={to} word /> });
  return <Refused {...act} otherwise={w.card.movedMeanwhile} />;
}

/** An act of this device that the backend did not apply: it is told, kept, and dealt with by the user alone. */
function Unsent({ id }: { id: string }) {
  const { acts, now, show, discard, retry } = useDoing();
  const { w, f } = useWords();
  const act = acts.find((a) => a.id === id)!;
  const what =
    act.act.kind === 'decision'
      ? w.decision[act.act.body.kind]
      : act.act.kind === 'feedback'
        ? act.act.body.verdict
          ? w.verdict[act.act.body.verdict]
          : w.card.insight
        : w.did[act.act.kind];
  const at = f.moment(act.at, now);
  const old = act.status === 'old';
  const conflict = act.conflict !== undefined;
  return (
    <div className={conflict || old ? 'note' : 'note wrong'}>
      <Icon name={conflict ? 'swap' : old ? 'date' : 'alert'} />
      <div>
        <b>{old ? w.card.oldAct(what, f.day(act.at, now)) : conflict ? <NotApplied act={act} /> : w.card.refusedAct(what)}</b>
        {!old && (
          <p>
            {conflict ? (
              w.card.yourNotApplied(what, at)
            ) : (
              <bdi>
                <Refused {...act} otherwise="" />
              </bdi>
            )}
          </p>
        )}
        <div className="note-acts">
          {conflict ? (
            <button type="button" className="btn small" onClick={() => show('history')}>
              {w.card.seeHistory}
            </button>
          ) : (
            <ActButton className="btn small" onAct={() => void retry(id)}>
              {w.card.sendAgain}
            </ActButton>
          )}
          <ActButton className="btn small plain" onAct={() => void discard(id)}>
            {conflict ? w.card.dismiss : w.card.discard}
          </ActButton>
        </div>
      </div>
    </div>
  );
}

/** Under the acts, so that nothing above moves: what a late or paused clock leads to. */
export function UnderActs({ marketer }: { marketer: boolean }) {
  const { card, now, scene } = useDoing();
  const { w, f } = useWords();
  const { clock } = card;
  if (marketer) return null;
  const paused = clock.pause && Date.parse(clock.pause.until) > now;
  if (paused && clock.pause) {
    const { by, reason } = clock.pause;
    const me = scene.me;
    return (
      <p className="under">
        <bdi>{by === me?.id || by === me?.name ? w.card.pausedByYou(reason) : w.card.pausedBy(by, reason)}</bdi>
      </p>
    );
  }
  const late = clock.dueAt !== undefined && Date.parse(clock.dueAt) <= now && (card.stage === 'mql' || card.stage === 'sal');
  if (late && clock.poolAt && Date.parse(clock.poolAt) > now) return <p className="under">{w.card.poolAt(f.moment(clock.poolAt, now))}</p>;
  return null;
}
