import { useState } from 'react';
import type { Feedback } from '../../lib/contract/card.ts';
import type { ReplyState } from '../../lib/funnel/words.ts';
import { Bars, Icon } from '../icons.tsx';
import { ReasonEntry } from '../parts/entry.tsx';
import { ReplyFields, ReplyTag } from '../parts/reply.tsx';
import { ActButton } from '../trust.tsx';
import { fill, fillText, useWords } from '../words/words.tsx';
import { heldOf, UndoBar } from './acts.tsx';
import { useDoing } from './doing.tsx';
import { barsOf, feedbackWords, Said } from './good.tsx';
import { saidReason } from './reason.ts';

/** For marketers: what sales made of the lead, newest first, and the answer to it. */
export function SalesDid() {
  const { card, acts, now, scene } = useDoing();
  const { w, f } = useWords();
  const [answering, setAnswering] = useState<string>();
  if (scene.me?.role !== 'marketer') return null;
  const { last } = card.returned;
  const held = heldOf(acts, ['reply'], now);
  const feedback = [...card.feedback].sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
  return (
    <section className="did">
      <h2>{w.card.whatSalesDid}</h2>
      {!feedback.length && !last && <p className="help none">{w.card.nothingYet}</p>}
      <ul className="why">
        {feedback.map((x) => (
          <FeedbackLine
            key={x.id}
            feedback={x}
            answering={answering === x.id}
            onAnswer={() => setAnswering(answering === x.id ? undefined : x.id)}
          />
        ))}
        {last && (
          <li>
            <Icon name="back" />
            <span className="grow cut">
              {fill(w.card.returnedFor, { reason: <ReasonEntry code={last.reason} within />, name: <bdi>{last.by}</bdi> })}
            </span>
            <time className="quiet t12" dateTime={last.at}>
              {f.day(last.at, now)}
            </time>
          </li>
        )}
      </ul>
      {held && (
        <div className="good-row">
          <UndoBar act={held} />
        </div>
      )}
    </section>
  );
}

function FeedbackLine({ feedback, answering, onAnswer }: { feedback: Feedback; answering: boolean; onAnswer: () => void }) {
  const { now, scene, agreement } = useDoing();
  const { w, f } = useWords();
  const said = feedbackWords(feedback, (code) => saidReason(code, agreement, w));
  const answered = feedback.replies.at(-1);
  const may = scene.me?.role === 'marketer' || scene.me?.role === 'admin';
  return (
    <>
      <li>
        {feedback.verdict ? (
          <span className={`verdict ${feedback.verdict}-v`} title={w.verdict[feedback.verdict]}>
            <Bars count={barsOf[feedback.verdict]} />
          </span>
        ) : (
          <Icon name="say" />
        )}
        <span className="grow cut" title={said}>
          {feedback.verdict ? w.verdict[feedback.verdict] : w.card.insight}
          {said && <>: {fill(w.quote('{said}'), { said: <Said feedback={feedback} /> })}</>}
        </span>
        {answered ? <ReplyTag state={answered.state} /> : null}
        {may && (
          <button
            type="button"
            className="btn small link"
            aria-expanded={answering}
            aria-label={fillText(w.card.answerTo, { name: feedback.by })}
            onClick={onAnswer}
          >
            {w.card.answer}
          </button>
        )}
        <time className="quiet t12" dateTime={feedback.at}>
          {f.day(feedback.at, now)}
        </time>
      </li>
      {answering && (
        <li className="answer">
          <AnswerForm feedback={feedback} onDone={onAnswer} />
        </li>
      )}
    </>
  );
}

function AnswerForm({ feedback, onDone }: { feedback: Feedback; onDone: () => void }) {
  const { reply } = useDoing();
  const { w } = useWords();
  const [state, setState] = useState<ReplyState>(feedback.replies.at(-1)?.state ?? 'done');
  const [note, setNote] = useState('');
  return (
    <div className="answer-form">
      <ReplyFields small state={state} note={note} onState={setState} onNote={setNote} />
      <ActButton
        className="btn wide"
        onAct={() => {
          onDone();
          void reply(feedback.id, state, note.trim() || undefined);
        }}
      >
        {w.card.answerWith(w.inSentence(w.replyState[state]))}
      </ActButton>
    </div>
  );
}
