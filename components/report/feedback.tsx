import { useEffect, useState } from 'react';
import { BridgeError } from '../../lib/bridge/ask.ts';
import type { Me } from '../../lib/bridge/scene.ts';
import type { Feedback } from '../../lib/contract/card.ts';
import type { Stage } from '../../lib/funnel/words.ts';
import { type ReplyState, replyStates } from '../../lib/funnel/words.ts';
import { barsOf, feedbackWords } from '../card/good.tsx';
import { Bars, Icon } from '../icons.tsx';
import { useNow } from '../now.ts';
import { ReplyTag } from '../parts/reply.tsx';
import { Segments } from '../parts/segments.tsx';
import { StageTag } from '../parts/stage.tsx';
import { useApi } from '../use-api.ts';
import { fill, useWords } from '../words/words.tsx';
import { useNews, useWorld } from '../world.tsx';
import { Failed, Shapes } from './campaigns.tsx';
import type { State, View } from './view.ts';

type Piece = Feedback & {
  lead: { id: string; name: string; company?: string; stage: Stage };
  campaigns: { id: string; name: string }[];
  dueAt?: string;
};
export interface FeedbackAnswer {
  items: Piece[];
  next?: string;
}

/** What sales said about leads and campaigns; every piece gets an answer. */
export function FeedbackInbox({ view, me, onChange }: { view: View; me?: Me; onChange: (change: Partial<View>) => void }) {
  const { w } = useWords();
  const r = w.report;
  const answer = useApi<FeedbackAnswer>({ route: 'feedbackInbox', query: view.state === 'all' ? {} : { state: view.state } });
  const [chosen, setChosen] = useState<string>();
  useNews((news) => {
    if (news.kind === 'changed' && news.payload.what.includes('outbox')) answer.again();
  });
  const items = answer.state === 'here' ? answer.value.items : [];
  const open = items.find((piece) => piece.id === chosen) ?? items[0];
  return (
    <div className="inbox">
      <div className="inbox-list">
        <Segments
          label={r.nav.feedback}
          small
          value={view.state}
          items={(['open', 'acting', 'all'] as const satisfies State[]).map((value) => ({ value, label: r.states[value] }))}
          onPick={(state) => onChange({ state })}
        />
        {answer.state === 'waiting' && <Shapes />}
        {answer.state === 'failed' && <Failed trouble={answer.trouble} onAgain={answer.again} />}
        {answer.state === 'here' && !items.length && (
          <p className="second none-here">{view.state === 'open' ? r.allAnswered : r.noFeedback}</p>
        )}
        <ul>
          {items.map((piece) => (
            <li key={piece.id}>
              <Line piece={piece} on={piece.id === open?.id} onOpen={() => setChosen(piece.id)} />
            </li>
          ))}
        </ul>
      </div>
      <div className="inbox-read">{open && <Piece key={open.id} piece={open} me={me} onAnswered={answer.again} />}</div>
    </div>
  );
}

const about = (piece: Piece, insight: string) => piece.campaigns[0]?.name ?? (piece.kind === 'insight' ? insight : piece.lead.name);

function Line({ piece, on, onOpen }: { piece: Piece; on: boolean; onOpen: () => void }) {
  const { w, f } = useWords();
  const now = useNow();
  const said = feedbackWords(piece, (code) => w.card.verdictReasons[code] ?? code);
  return (
    <button type="button" className="mail-line" aria-current={on || undefined} onClick={onOpen}>
      {piece.verdict ? (
        <span className={`verdict ${piece.verdict}-v`} title={w.verdict[piece.verdict]}>
          <Bars count={barsOf[piece.verdict]} />
        </span>
      ) : (
        <Icon name="say" />
      )}
      <span className="grow">
        <span className="row">
          <b className="cut grow">
            <bdi>{about(piece, w.card.insight)}</bdi>
          </b>
          <time className="quiet t12" dateTime={piece.at}>
            {f.day(piece.at, now)}
          </time>
        </span>
        <span className="cut second">
          <bdi>{said || (piece.verdict ? w.verdict[piece.verdict] : '')}</bdi>
        </span>
        <span className="cut quiet t12">
          {fill(w.report.byOn, { by: <bdi>{piece.by}</bdi>, lead: <bdi>{piece.lead.name}</bdi> })}
          {piece.dueAt && !piece.replies.length && `${w.joint}${w.card.dueBy(f.moment(piece.dueAt, now))}`}
        </span>
      </span>
    </button>
  );
}

function Piece({ piece, me, onAnswered }: { piece: Piece; me?: Me; onAnswered: () => void }) {
  const { w, f } = useWords();
  const r = w.report;
  const now = useNow();
  const reasons = piece.reasons?.map((code) => w.card.verdictReasons[code] ?? code).join(', ');
  return (
    <>
      <header className="row">
        <div className="grow">
          <h2>
            <bdi>{about(piece, w.card.insight)}</bdi>
          </h2>
          <p className="second">
            {fill(piece.kind === 'verdict' ? r.verdictBy : r.insightBy, {
              by: <bdi>{piece.by}</bdi>,
              lead: <bdi>{piece.lead.name}</bdi>,
              at: f.full(piece.at),
            })}{' '}
            <StageTag stage={piece.lead.stage} />
          </p>
        </div>
        {piece.verdict && (
          <span className={`verdict ${piece.verdict}-v`}>
            <Bars count={barsOf[piece.verdict]} />
            {w.verdict[piece.verdict]}
          </span>
        )}
      </header>
      <dl className="facts">
        {reasons && (
          <>
            <dt>{w.options.reasons}</dt>
            <dd>{reasons}</dd>
          </>
        )}
        {piece.note && (
          <>
            <dt>{r.noteLabel}</dt>
            <dd>
              <bdi>{piece.note}</bdi>
            </dd>
          </>
        )}
        {piece.campaigns.length > 0 && (
          <>
            <dt>{w.card.campaigns}</dt>
            <dd>
              <bdi>{f.list(piece.campaigns.map((c) => c.name))}</bdi>
            </dd>
          </>
        )}
      </dl>
      {piece.replies.map((reply) => (
        <p key={`${reply.at} ${reply.state}`} className="answered">
          <b>
            <bdi>{reply.by}</bdi>
          </b>{' '}
          <span className="quiet">{f.day(reply.at, now)}</span> <ReplyTag state={reply.state} />
          {reply.note && (
            <span className="block">
              <bdi>{reply.note}</bdi>
            </span>
          )}
        </p>
      ))}
      {me?.role === 'marketer' && <AnswerForm piece={piece} onAnswered={onAnswered} />}
    </>
  );
}

function AnswerForm({ piece, onAnswered }: { piece: Piece; onAnswered: () => void }) {
  const { w } = useWords();
  const { ask } = useWorld();
  const [state, setState] = useState<ReplyState>(piece.replies.at(-1)?.state ?? 'done');
  const [note, setNote] = useState('');
  const [held, setHeld] = useState<string>();
  const [wrong, setWrong] = useState<string>();
  useEffect(() => {
    if (!held) return;
    // Sent after the six seconds in which it can be undone; then the list is asked anew.
    const timer = setTimeout(onAnswered, 8000);
    return () => clearTimeout(timer);
  }, [held, onAnswered]);
  const send = () => {
    setWrong(undefined);
    ask('reply', { lead: piece.lead.id, feedback: piece.id, state, ...(note.trim() && { note: note.trim() }) }).then(
      (act) => setHeld(act.id),
      (error: unknown) => setWrong(error instanceof BridgeError ? error.sentence : w.card.notSaved),
    );
  };
  if (held)
    return (
      <p className="note" role="status">
        <Icon name="check" />
        <span className="grow">{w.savedHere(w.did.reply)}</span>
        <button
          type="button"
          className="btn small"
          onClick={() =>
            void ask('undo', { id: held }).then(
              () => setHeld(undefined),
              () => {},
            )
          }
        >
          {w.undo}
        </button>
      </p>
    );
  return (
    <div className="answer-form wide-form">
      <Segments
        label={w.card.answer}
        value={state}
        items={replyStates.map((s) => ({ value: s, label: w.replyState[s] }))}
        onPick={setState}
      />
      <textarea
        className="field"
        rows={2}
        maxLength={4000}
        aria-label={w.card.answerNote}
        placeholder={w.card.answerNote}
        value={note}
        onChange={(e) => setNote(e.target.value)}
      />
      {wrong && (
        <p className="help wrong" role="alert">
          {wrong}
        </p>
      )}
      <div className="row">
        <span className="quiet t12 grow">{fill(w.report.seenBy, { by: <bdi>{piece.by}</bdi>, lead: <bdi>{piece.lead.name}</bdi> })}</span>
        <button type="button" className="btn main" onClick={send}>
          {w.card.answerWith(w.inSentence(w.replyState[state]))}
        </button>
      </div>
    </div>
  );
}
