import { useState } from 'react';
import type { Feedback } from '../../lib/contract/card.ts';
import { verdictReasons } from '../../lib/funnel/reasons.ts';
import { type Verdict, verdicts } from '../../lib/funnel/words.ts';
import { Bars } from '../icons.tsx';
import { Listed, SaidEntry } from '../parts/entry.tsx';
import { ReplyTag } from '../parts/reply.tsx';
import { Segments, useArrows } from '../parts/segments.tsx';
import { ActButton } from '../trust.tsx';
import { fill, useWords } from '../words/words.tsx';
import { heldOf, UndoBar } from './acts.tsx';
import { useDoing } from './doing.tsx';
import { PanelHead } from './panel.tsx';
import { saidReason } from './reason.ts';

export const barsOf: Record<Verdict, 1 | 2 | 3> = { strong: 3, fair: 2, poor: 1 };

/** One click gives the verdict; why, and what the customer said, are a second one. Marketing's reply stands under it. */
export function Good() {
  const { card, acts, feedback, panel, show, now, scene } = useDoing();
  const { w } = useWords();
  const [why, setWhy] = useState(false);
  const held = heldOf(acts, ['feedback'], now);
  const mine = card.feedback.filter((x) => x.byMe);
  const given = mine.find((x) => x.kind === 'verdict');
  const pending = acts.findLast((a) => a.act.kind === 'feedback' && a.act.body.verdict && a.status !== 'undone' && a.status !== 'refused');
  const verdict = (pending?.act.kind === 'feedback' ? pending.act.body.verdict : undefined) ?? given?.verdict;
  if (scene.me?.role === 'marketer' || !['mql', 'sal', 'sql', 'opportunity', 'recycled', 'disqualified'].includes(card.stage)) return null;
  if (card.origin === 'sales' && !card.campaigns.length) return null;
  const thread = mine.filter((x) => x.note || x.reasons?.length || x.replies.length);
  return (
    <section className="good">
      <h2>{w.card.wasGood}</h2>
      {held ? (
        <div className="good-row">
          <UndoBar act={held} />
        </div>
      ) : (
        <div className="good-row">
          <Segments
            label={w.card.wasGood}
            grow
            acts
            value={verdict}
            items={verdicts.map((v) => ({
              value: v,
              verdict: v,
              label: (
                <>
                  <Bars count={barsOf[v]} />
                  {w.verdict[v]}
                </>
              ),
            }))}
            onPick={(v) => {
              if (v !== verdict) void feedback('verdict', { verdict: v });
              setWhy(false);
            }}
          />
          <button
            type="button"
            className="btn plain"
            title={w.card.insightHint}
            aria-expanded={panel === 'insight'}
            onClick={() => show(panel === 'insight' ? undefined : 'insight')}
          >
            {w.card.insight}
          </button>
        </div>
      )}
      {!held && verdict && !why && !thread.length && (
        <button type="button" className="btn small link say-why" onClick={() => setWhy(true)}>
          {w.card.addWhy}
        </button>
      )}
      {!held && verdict && why && (
        <Reasons
          verdict={verdict}
          onGive={(reasons, note) => {
            setWhy(false);
            void feedback('verdict', { verdict, reasons, ...(note && { note }) });
          }}
        />
      )}
      {panel === 'insight' && <Insight />}
      {thread.map((x) => (
        <Thread key={x.id} feedback={x} />
      ))}
    </section>
  );
}

function Reasons({ verdict, onGive }: { verdict: Verdict; onGive: (reasons: string[], note: string) => void }) {
  const { agreement } = useDoing();
  const { w } = useWords();
  const { group, onKeyDown } = useArrows();
  const [on, setOn] = useState<string[]>([]);
  const [note, setNote] = useState('');
  return (
    <div className="reasons">
      {/* biome-ignore lint/a11y/useSemanticElements: chips, not fields */}
      <div className="chips" ref={group} role="group" aria-label={w.card.addWhy} onKeyDown={onKeyDown}>
        {(agreement ? verdictReasons(verdict, agreement) : []).map((code) => (
          <button
            key={code}
            type="button"
            className="chip"
            aria-pressed={on.includes(code)}
            onClick={() => setOn(on.includes(code) ? on.filter((x) => x !== code) : [...on, code])}
          >
            <span>{saidReason(code, agreement, w)}</span>
          </button>
        ))}
      </div>
      <textarea
        className="field"
        rows={1}
        maxLength={4000}
        placeholder={w.card.note}
        aria-label={w.card.note}
        value={note}
        onChange={(e) => setNote(e.target.value)}
      />
      <ActButton className="btn wide" disabled={!on.length && !note.trim()} onAct={() => onGive(on, note.trim())}>
        {w.card.giveReasons(w.verdict[verdict])}
      </ActButton>
    </div>
  );
}

function Insight() {
  const { feedback, show } = useDoing();
  const { w } = useWords();
  const [note, setNote] = useState('');
  return (
    <div className="insight">
      <PanelHead onClose={() => show(undefined)}>{w.card.insightAsk}</PanelHead>
      <textarea
        className="field"
        rows={2}
        maxLength={4000}
        aria-label={w.card.insightAsk}
        value={note}
        onChange={(e) => setNote(e.target.value)}
      />
      <ActButton className="btn wide" disabled={!note.trim()} onAct={() => void feedback('insight', { note: note.trim() })}>
        {w.card.giveInsight}
      </ActButton>
    </div>
  );
}

export const feedbackWords = (x: Feedback, reason: (code: string) => string): string =>
  [x.reasons?.map(reason).join(', '), x.note].filter(Boolean).join(': ');

/** The same, where nothing around it can be pressed: each reason opens its entry. */
export function Said({ feedback: { reasons = [], note } }: { feedback: Feedback }) {
  return (
    <>
      <Listed items={reasons.map((code) => ({ key: code, node: <SaidEntry code={code} /> }))} />
      {reasons.length > 0 && note && ': '}
      <bdi>{note}</bdi>
    </>
  );
}

function Thread({ feedback }: { feedback: Feedback }) {
  const { card, now } = useDoing();
  const { w, f } = useWords();
  const campaign = card.campaigns.find((c) => c.id === feedback.about?.campaign);
  return (
    <div className="thread">
      <p>
        <b>{w.card.you}</b>{' '}
        <span className="quiet">
          {f.day(feedback.at, now)}
          {campaign && `, ${w.card.onCampaign(campaign.name)}`}
        </span>
      </p>
      <p>
        <Said feedback={feedback} />
      </p>
      {feedback.replies.map((reply) => (
        <div key={`${reply.at} ${reply.state}`} className="reply">
          <p className="row">
            <b className="cut">{fill(w.card.saysMarketing, { name: <bdi>{reply.by}</bdi> })}</b>
            <ReplyTag state={reply.state} />
            <time className="quiet t12 end" dateTime={reply.at}>
              {f.day(reply.at, now)}
            </time>
          </p>
          {reply.note && (
            <p>
              <bdi>{reply.note}</bdi>
            </p>
          )}
        </div>
      ))}
    </div>
  );
}
