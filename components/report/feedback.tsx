import { useState } from 'react';
import { BridgeError } from '../../lib/bridge/ask.ts';
import type { Me } from '../../lib/bridge/scene.ts';
import type { Feedback } from '../../lib/contract/card.ts';
import type { feedbackPatterns } from '../../lib/contract/routes/feedback.ts';
import type { z } from '../../lib/contract/z.ts';
import type { Agreement } from '../../lib/funnel/agreement.ts';
import type { ReplyState, Stage } from '../../lib/funnel/words.ts';
import { barsOf, feedbackWords } from '../card/good.tsx';
import { saidReason } from '../card/reason.ts';
import { Bars, Icon } from '../icons.tsx';
import { useNow } from '../now.ts';
import { Failed, Shapes } from '../parts/answering.tsx';
import { Listed, SaidEntry, StageEntry } from '../parts/entry.tsx';
import { ReplyFields, ReplyTag } from '../parts/reply.tsx';
import { Segments } from '../parts/segments.tsx';
import { Wrong } from '../parts/wrong.tsx';
import { call, useApi } from '../use-api.ts';
import { fill, useWords } from '../words/words.tsx';
import { useNews, useWorld } from '../world.tsx';
import { Patterns } from './patterns.tsx';
import { Pick as PickOne } from './pick.tsx';
import { feedbackKinds, type State, type View } from './view.ts';

type Piece = Feedback & {
  lead: { id: string; name: string; company?: string; stage: Stage };
  campaigns: { id: string; name: string }[];
  dueAt?: string;
};
export interface FeedbackAnswer {
  items: Piece[];
  next?: string;
}

export type PatternsAnswer = z.output<NonNullable<typeof feedbackPatterns.answer>>;

/** What sales said about leads and campaigns; every piece gets an answer. */
export function FeedbackInbox(props: { view: View; me?: Me; agreement?: Agreement; onChange: (change: Partial<View>) => void }) {
  const { view, onChange } = props;
  const { w } = useWords();
  const r = w.report;
  const patterns = useApi<PatternsAnswer>({ route: 'feedbackPatterns', query: {} });
  useNews((news) => {
    if (news.kind === 'changed' && news.payload.what.includes('outbox')) patterns.again();
  });
  return (
    <>
      <div className="filters">
        <Segments
          label={r.showAs}
          small
          value={view.said}
          items={[
            { value: 'each' as const, label: r.eachPiece },
            { value: 'campaigns' as const, label: r.byCampaign },
          ]}
          onPick={(said) => onChange({ said })}
        />
        {view.said === 'each' && <Narrow {...props} patterns={patterns.state === 'here' ? patterns.value : undefined} />}
      </div>
      {view.said === 'each' ? (
        <Pieces {...props} patterns={patterns.state === 'here' ? patterns.value : undefined} />
      ) : patterns.state === 'waiting' ? (
        <Shapes />
      ) : patterns.state === 'failed' ? (
        <Failed trouble={patterns.trouble} onAgain={patterns.again} />
      ) : (
        <Patterns
          answer={patterns.value}
          onShow={(some) => onChange({ said: 'each', state: 'all', kind: 'all', reason: undefined, words: undefined, ...some })}
        />
      )}
    </>
  );
}

/** Only verdicts or insights; words; and what was chosen by campaign or reason, each of which can be left out again. */
function Narrow(props: { view: View; agreement?: Agreement; patterns?: PatternsAnswer; onChange: (change: Partial<View>) => void }) {
  const { view, agreement, patterns, onChange } = props;
  const { w } = useWords();
  const r = w.report;
  const [words, setWords] = useState(view.words ?? '');
  const campaign = patterns?.campaigns.find((one) => one.campaign.id === view.campaign)?.campaign.name;
  const campaigns = patterns?.campaigns.map((one) => one.campaign) ?? [];
  return (
    <>
      <Segments
        label={r.feedbackKind.all}
        small
        value={view.kind}
        items={feedbackKinds.map((value) => ({ value, label: r.feedbackKind[value] }))}
        // What a customer said is worth reading after it was answered, too.
        onPick={(kind) => onChange({ kind, ...(kind === 'insight' && { state: 'all' }) })}
      />
      <PickOne
        label={r.campaign}
        value={view.campaign ?? 'all'}
        items={[
          { value: 'all', label: r.all },
          ...campaigns.map(({ id, name }) => ({ value: id, label: name })),
          ...(view.campaign && !campaign ? [{ value: view.campaign, label: r.campaign }] : []),
        ]}
        onPick={(value) => onChange({ campaign: value === 'all' ? undefined : value })}
      />
      {view.reason && (
        <button
          type="button"
          className="filter"
          aria-label={r.clear(saidReason(view.reason, agreement, w))}
          onClick={() => onChange({ reason: undefined })}
        >
          {saidReason(view.reason, agreement, w)}
          <Icon name="close" small />
        </button>
      )}
      {/* biome-ignore lint/a11y/useSemanticElements: the search element is not everywhere yet */}
      <form
        role="search"
        className="find-feedback"
        onSubmit={(event) => {
          event.preventDefault();
          onChange({ words: words.trim() || undefined });
        }}
      >
        <span className="field">
          <Icon name="search" />
          <input
            placeholder={r.findFeedback}
            aria-label={r.findFeedback}
            dir="auto"
            autoComplete="off"
            maxLength={200}
            value={words}
            onChange={(e) => {
              setWords(e.target.value);
              if (!e.target.value) onChange({ words: undefined });
            }}
          />
        </span>
      </form>
    </>
  );
}

function Pieces(props: {
  view: View;
  me?: Me;
  agreement?: Agreement;
  patterns?: PatternsAnswer;
  onChange: (change: Partial<View>) => void;
}) {
  const { view, me, agreement, patterns, onChange } = props;
  const { w } = useWords();
  const { ask } = useWorld();
  const r = w.report;
  const query: Record<string, string> = {
    ...(view.state !== 'all' && { state: view.state }),
    ...(view.kind !== 'all' && { kind: view.kind }),
    ...(view.campaign && { campaign: view.campaign }),
    ...(view.reason && { reason: view.reason }),
    ...(view.words && { q: view.words }),
  };
  const asked = JSON.stringify(query);
  const answer = useApi<FeedbackAnswer>({ route: 'feedbackInbox', query });
  const [older, setOlder] = useState<{ of: string; items: Piece[]; next?: string }>();
  const [chosen, setChosen] = useState<string>();
  useNews((news) => {
    if (news.kind === 'changed' && news.payload.what.includes('outbox')) answer.again();
  });
  const more = older?.of === asked ? older : undefined;
  const items = answer.state === 'here' ? [...answer.value.items, ...(more?.items ?? [])] : [];
  const next = more ? more.next : answer.state === 'here' ? answer.value.next : undefined;
  const load = () =>
    call<FeedbackAnswer>(ask, { route: 'feedbackInbox', query: { ...query, before: next! } }).then(
      (page) => setOlder({ of: asked, items: [...(more?.items ?? []), ...page.items], next: page.next }),
      answer.again,
    );
  const open = items.find((piece) => piece.id === chosen) ?? items[0];
  const narrowed = view.kind !== 'all' || view.campaign || view.reason || view.words;
  return (
    <div className="inbox">
      <div className="inbox-list">
        <Segments
          label={r.nav.feedback}
          small
          value={view.state}
          items={(['open', 'acting', 'all'] as const satisfies State[]).map((value) => ({
            value,
            label: (
              <>
                {r.states[value]} {patterns && !narrowed && <span className="quiet n">{patterns.counts[value]}</span>}
              </>
            ),
          }))}
          onPick={(state) => onChange({ state })}
        />
        {answer.state === 'waiting' && <Shapes />}
        {answer.state === 'failed' && <Failed trouble={answer.trouble} onAgain={answer.again} />}
        {answer.state === 'here' && !items.length && (
          <p className="second none-here">{narrowed ? r.noFeedbackFits : view.state === 'open' ? r.allAnswered : r.noFeedback}</p>
        )}
        {answer.state === 'here' && !items.length && narrowed && view.state !== 'all' && (
          <button type="button" className="btn small" onClick={() => onChange({ state: 'all' })}>
            {r.answeredToo}
          </button>
        )}
        <ul>
          {items.map((piece) => (
            <li key={piece.id}>
              <Line piece={piece} agreement={agreement} on={piece.id === open?.id} onOpen={() => setChosen(piece.id)} />
            </li>
          ))}
        </ul>
        {next && (
          <button type="button" className="btn small plain" onClick={() => void load()}>
            {r.moreFeedback}
          </button>
        )}
      </div>
      <div className="inbox-read">
        {open && (
          <Piece
            key={open.id}
            piece={open}
            me={me}
            patterns={patterns}
            onShow={(some) => onChange({ state: 'all', kind: 'all', words: undefined, ...some })}
            onLead={(lead) => onChange({ page: 'person', lead })}
          />
        )}
      </div>
    </div>
  );
}

const about = (piece: Piece, insight: string) => piece.campaigns[0]?.name ?? (piece.kind === 'insight' ? insight : piece.lead.name);

function Line({ piece, agreement, on, onOpen }: { piece: Piece; agreement?: Agreement; on: boolean; onOpen: () => void }) {
  const { w, f } = useWords();
  const now = useNow();
  const said = feedbackWords(piece, (code) => saidReason(code, agreement, w));
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

function Piece(props: {
  piece: Piece;
  me?: Me;
  patterns?: PatternsAnswer;
  onShow: (some: Pick<View, 'campaign' | 'reason'>) => void;
  onLead: (lead: string) => void;
}) {
  const { piece, me, patterns, onShow, onLead } = props;
  const { w, f } = useWords();
  const r = w.report;
  const now = useNow();
  const of = piece.campaigns[0];
  const same = patterns?.campaigns
    .find(({ campaign }) => campaign.id === of?.id)
    ?.reasons.filter(({ reason, verdicts }) => piece.reasons?.includes(reason) && verdicts.n > 1);
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
              lead: (
                <button type="button" className="btn link inline" title={w.person.open} onClick={() => onLead(piece.lead.id)}>
                  <bdi>{piece.lead.name}</bdi>
                </button>
              ),
              at: f.full(piece.at),
            })}{' '}
            <StageEntry stage={piece.lead.stage} />
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
        {piece.reasons && piece.reasons.length > 0 && (
          <>
            <dt>{w.options.reasons}</dt>
            <dd>
              <Listed items={piece.reasons.map((code) => ({ key: code, node: <SaidEntry code={code} /> }))} />
            </dd>
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
        {of && same && same.length > 0 && (
          <>
            <dt>{r.sameReason}</dt>
            <dd>
              {same.map(({ reason, verdicts }) => (
                <span key={reason} className="block">
                  <SaidEntry code={reason} />: {r.sameOf(verdicts.n, verdicts.of, of.name)}{' '}
                  <button type="button" className="btn link inline" onClick={() => onShow({ campaign: of.id, reason })}>
                    {r.seeAll}
                  </button>
                </span>
              ))}
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
      {me?.role === 'marketer' && <AnswerForm key={piece.replies.length} piece={piece} />}
    </>
  );
}

/** Stands as saved until the answer has come back with the piece; the list is asked anew with every step of the outbox. */
function AnswerForm({ piece }: { piece: Piece }) {
  const { w } = useWords();
  const { ask } = useWorld();
  const [state, setState] = useState<ReplyState>(piece.replies.at(-1)?.state ?? 'done');
  const [note, setNote] = useState('');
  const [held, setHeld] = useState<string>();
  const [wrong, setWrong] = useState<string>();
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
      <ReplyFields state={state} note={note} onState={setState} onNote={setNote} />
      <Wrong>{wrong}</Wrong>
      <div className="row">
        <span className="quiet t12 grow">{fill(w.report.seenBy, { by: <bdi>{piece.by}</bdi>, lead: <bdi>{piece.lead.name}</bdi> })}</span>
        <button type="button" className="btn main" onClick={send}>
          {w.card.answerWith(w.inSentence(w.replyState[state]))}
        </button>
      </div>
    </div>
  );
}
