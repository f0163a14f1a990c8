import { Fragment, useEffect, useState } from 'react';
import type { Status } from '../../lib/bridge/protocol.ts';
import type { Digest, DigestHead } from '../../lib/contract/routes/digests.ts';
import type { Agreement } from '../../lib/funnel/agreement.ts';
import { periodTitle } from '../../lib/funnel/periodNames.ts';
import { type Grain, grainOf, grains } from '../../lib/funnel/periods.ts';
import { type Team, teamOf } from '../../lib/funnel/words.ts';
import { businessDay, lengthOf } from '../format.ts';
import { Icon } from '../icons.tsx';
import { Failed, Shapes } from '../parts/answering.tsx';
import { ReasonEntry, Staged, StageEntry, Termed } from '../parts/entry.tsx';
import { Segments } from '../parts/segments.tsx';
import { Wrong } from '../parts/wrong.tsx';
import { useTrouble } from '../trouble.ts';
import { call, useApi } from '../use-api.ts';
import { fill, useWords } from '../words/words.tsx';
import { useWorld } from '../world.tsx';
import { Tools } from './campaigns.tsx';
import { PromiseTable } from './commitments.tsx';
import { FigureTable } from './figures.tsx';
import { ShareCell } from './share.tsx';
import type { Page, View } from './view.ts';

interface Props {
  status: Status;
  view: View;
  agreement?: Agreement;
  onChange: (change: Partial<View>) => void;
}
const isGrain = (text: string | undefined): text is Grain => (grains as readonly (string | undefined)[]).includes(text);
const lengthShown = (digest: string | undefined): Grain => (isGrain(digest) ? digest : (grainOf(digest ?? '') ?? 'week'));

/** What both teams reported to one another, period by period, and the running one. */
export function Digests(props: Props) {
  const { view, onChange } = props;
  const { w, f } = useWords();
  const d = w.digest;
  const list = useApi<{ items: DigestHead[] }>({ route: 'digests', query: {} });
  const grain = lengthShown(view.digest);
  const items = list.state === 'here' ? list.value.items : [];
  const ofGrain = items.filter((item) => item.grain === grain);
  // Without a wish the newest that has ended; before any has, the running one.
  const chosen = view.digest && !isGrain(view.digest) ? view.digest : isGrain(view.digest) ? grain : (ofGrain[0]?.period ?? grain);
  return (
    <>
      <header className="section-head">
        <div className="grow">
          <h1>{w.report.nav.digests}</h1>
          <p className="second">{d.text}</p>
        </div>
      </header>
      <div className="inbox digests">
        <div className="inbox-list">
          <Segments
            label={w.report.nav.digests}
            small
            value={grain}
            items={grains.map((value) => ({ value, label: d.grain[value] }))}
            onPick={(to) => onChange({ digest: items.find((item) => item.grain === to)?.period ?? to })}
          />
          {list.state === 'failed' && <Failed trouble={list.trouble} onAgain={list.again} />}
          {list.state === 'waiting' && <Shapes />}
          {list.state === 'here' && (
            <ul>
              <li>
                <button
                  type="button"
                  className="mail-line"
                  aria-current={chosen === grain || undefined}
                  onClick={() => onChange({ digest: grain })}
                >
                  <Icon name="play" />
                  <span className="grow">{d.running[grain]}</span>
                </button>
              </li>
              {ofGrain.map((item) => (
                <li key={item.period}>
                  <button
                    type="button"
                    className="mail-line"
                    aria-current={chosen === item.period || undefined}
                    onClick={() => onChange({ digest: item.period })}
                  >
                    <Icon name="news" />
                    <span className="grow">
                      <span className={item.seen.byMe ? 'cut' : 'cut strong'}>{periodTitle(w.language, item.period)}</span>
                      <span className="cut quiet t12">
                        {f.range(item.from, item.to)}
                        {!item.seen.byMe && `${w.joint}${d.notRead}`}
                      </span>
                    </span>
                  </button>
                </li>
              ))}
            </ul>
          )}
          {list.state === 'here' && !ofGrain.length && (
            <p className="second none-here">
              {d.none[grain]}. {d.noneText}
            </p>
          )}
        </div>
        {list.state === 'here' && (
          <div className="inbox-read">
            {isGrain(chosen) ? (
              <Running key={chosen} grain={chosen} {...props} />
            ) : (
              <Frozen key={chosen} period={chosen} {...props} onSeen={list.again} />
            )}
          </div>
        )}
      </div>
    </>
  );
}

function Running({ grain, ...props }: Props & { grain: Grain }) {
  const answer = useApi<Digest>({ route: 'previewDigest', query: { grain } });
  if (answer.state === 'waiting') return <Shapes />;
  if (answer.state === 'failed') return <Failed trouble={answer.trouble} onAgain={answer.again} />;
  return <Shown digest={answer.value} {...props} />;
}

function Frozen({ period, onSeen, ...props }: Props & { period: string; onSeen: () => void }) {
  const { ask } = useWorld();
  const answer = useApi<{ items: Digest[] }>({ route: 'digests', query: { period } });
  const digest = answer.state === 'here' ? answer.value.items[0] : undefined;
  const unseen = digest !== undefined && !digest.seen.byMe;
  const { again } = answer;
  useEffect(() => {
    if (!unseen) return;
    // Opening it is reading it. Where that cannot be told now, it stays unread and is told the next time.
    call(ask, { route: 'seeDigest', params: { period } }).then(
      () => {
        onSeen();
        again();
        // The popup stops saying that it is out.
        void ask('sync').catch(() => undefined);
      },
      () => undefined,
    );
  }, [unseen, ask, period, onSeen, again]);
  if (answer.state === 'waiting') return <Shapes />;
  if (answer.state === 'failed') return <Failed trouble={answer.trouble} onAgain={again} />;
  return digest ? <Shown digest={digest} {...props} onCommented={again} /> : null;
}

function Shown({ digest, status, agreement, onChange, onCommented }: Props & { digest: Digest; onCommented?: () => void }) {
  const { w, f } = useWords();
  const d = w.digest;
  const { period, from, to, frozenAt, seen, body } = digest;
  const tools = frozenAt
    ? { route: 'digests', query: { period } }
    : { route: 'previewDigest', query: { grain: digest.grain } as Record<string, string> };
  const days = { period: `${from}..${to}` as const, compare: 'none' as const, channel: undefined, campaign: undefined, owner: undefined };
  const more = (page: Page) => (
    <button type="button" className="btn link inline" onClick={() => onChange({ page, ...days, origin: undefined })}>
      {w.report.nav[page]}
    </button>
  );
  return (
    <article className="digest">
      <header className="row">
        <div className="grow">
          <h2>
            {periodTitle(w.language, period)}
            <span className="second">{`, ${f.range(from, to)}`}</span>
          </h2>
          <p className="second">{frozenAt ? `${d.frozen(f.full(frozenAt))} ${d.seenBy(seen.people, seen.of)}` : d.runningText}</p>
          <p className="print-only">{status.me?.workspace}</p>
        </div>
        <Tools {...tools} name={`digest ${period}`} />
      </header>
      <div className="two">
        <section>
          <h3>{w.report.marketingToSales}</h3>
          <Marketing body={body} more={more} />
        </section>
        <section>
          <h3>{w.report.salesToMarketing}</h3>
          <Sales body={body} agreement={agreement} more={more} />
        </section>
      </div>
      <h3 className="below">{d.promises}</h3>
      <PromiseTable items={body.commitments} />
      <h3 className="below">{d.comments}</h3>
      <Comments digest={digest} status={status} onCommented={onCommented} />
    </article>
  );
}

type Body = Digest['body'];
type More = (page: Page) => React.ReactNode;

function Marketing({ body, more }: { body: Body; more: More }) {
  const { w, f } = useWords();
  const d = w.digest;
  const { stages, handoffs, budget, campaigns, feedback, coming } = body.marketing;
  const opened = Object.values(handoffs).reduce((sum, n) => sum + n, 0);
  const entered = stages.filter((stage) => stage.entered > 0);
  const spent = budget.spent.filter(({ value }) => value > 0);
  return (
    <ul className="digest-part">
      <li>
        <b>
          <Termed text={d.handedOver(opened)} />
        </b>{' '}
        {more('funnel')}
        {entered.length > 0 && (
          <FigureTable
            label={d.entered}
            columns={[{ head: w.report.stageHead }, { head: d.entered, num: true }, { head: w.report.wentOn }]}
            rows={entered.map((row) => ({
              key: row.stage,
              cells: [
                <StageEntry key="stage" stage={row.stage} word />,
                f.number(row.entered),
                <ShareCell key="share" share={row.wentOn} />,
              ],
            }))}
          />
        )}
      </li>
      <li>
        {spent.length > 0 ? (
          <>
            <b>
              {d.spent} {f.list(spent.map((one) => f.moneyAbout(one)))}
            </b>{' '}
            {budget.planned.some(({ value }) => value > 0) && d.planned(f.list(budget.planned.map((one) => f.moneyAbout(one))))}
          </>
        ) : (
          d.nothingSpent
        )}{' '}
        {more('budget')}
      </li>
      {campaigns.length > 0 && (
        <li>
          <b>
            <Staged stage="sql" text={d.broughtMost} />
          </b>
          <ul>
            {campaigns.map(({ id, name, sql }) => (
              <li key={id} className="row">
                <bdi className="cut grow">{name}</bdi>
                <span className="n">{f.decimal(sql)}</span>
              </li>
            ))}
          </ul>
        </li>
      )}
      <li>
        {feedback.given ? <b>{d.feedback(feedback.given, feedback.answered)}</b> : d.noFeedback} {more('feedback')}
      </li>
      <li>
        <b>{d.coming}:</b> {coming.waking > 0 && d.wake(coming.waking)}
        {coming.campaigns.map(({ name, on }, i) => (
          <Fragment key={name}>
            {(i > 0 || coming.waking > 0) && '; '}
            {fill(d.starts('{name}', f.dateFull(on)), { name: <bdi>{name}</bdi> })}
          </Fragment>
        ))}
        {!coming.waking && !coming.campaigns.length && d.nothingComing}
      </li>
    </ul>
  );
}

function Sales({ body, agreement, more }: { body: Body; agreement?: Agreement; more: More }) {
  const { w, f } = useWords();
  const d = w.digest;
  const { answers, reasons, verdicts, unanswered } = body.sales;
  const { accepted, qualified, returned } = body.marketing.handoffs;
  const { inTime, medianMinutes } = answers;
  const said = verdicts.strong + verdicts.fair + verdicts.poor;
  return (
    <ul className="digest-part">
      <li>
        {inTime.of > 0 ? <b>{d.answers(inTime.n, inTime.of)}</b> : <Termed text={d.noneDue} />}
        {medianMinutes !== undefined && `, ${d.median(w.length(lengthOf(medianMinutes, businessDay(agreement?.calendar))))}`}{' '}
        {more('answers')}
        {inTime.share !== undefined && (
          <p>
            <ShareCell share={inTime} />
          </p>
        )}
      </li>
      <li>
        <b>{d.became(accepted, qualified, returned)}</b>, {d.unanswered(unanswered)}.
      </li>
      <li>
        {reasons.total > 0 ? <b>{d.back(reasons.total)}</b> : d.noneBack} {more('reasons')}
        {reasons.items.length > 0 && (
          <ul>
            {reasons.items.map(({ reason, n }) => (
              <li key={reason ?? ''} className="row">
                <span className="cut grow">{reason ? <ReasonEntry code={reason} /> : w.report.noReason}</span>
                <span className="n">{f.number(n)}</span>
              </li>
            ))}
          </ul>
        )}
      </li>
      <li>{said ? <b>{d.verdicts(verdicts.strong, verdicts.fair, verdicts.poor)}</b> : d.noVerdicts}</li>
    </ul>
  );
}

function Comments({ digest, status, onCommented }: { digest: Digest; status: Status; onCommented?: () => void }) {
  const { w, f } = useWords();
  const inWords = useTrouble();
  const { ask } = useWorld();
  const d = w.digest;
  const role = status.me?.role;
  const mine: Team | undefined = role === 'marketer' ? teamOf.lead : role === 'rep' || role === 'manager' ? teamOf.sql : undefined;
  const before = digest.comments.find(({ team }) => team === mine);
  const [text, setText] = useState<string>();
  const [state, setState] = useState<'saving' | 'saved'>();
  const [wrong, setWrong] = useState<string>();
  const value = text ?? before?.text ?? '';
  const save = () => {
    setState('saving');
    setWrong(undefined);
    call(ask, { route: 'commentDigest', params: { period: digest.period }, body: { text: value.trim() } }).then(
      () => {
        setState('saved');
        setText(undefined);
        onCommented?.();
      },
      (error: unknown) => {
        // What was written stays in the field.
        setState(undefined);
        setWrong(inWords(error));
      },
    );
  };
  return (
    <div className="comments">
      {digest.comments.map(({ team, text: said, by, at }) => (
        <p key={team} className="answered">
          <b>
            <bdi>{by}</bdi>
          </b>{' '}
          <span className="quiet">{[w.team[team], f.full(at)].join(w.joint)}</span>
          <span className="block">
            <bdi>{said}</bdi>
          </span>
        </p>
      ))}
      {!digest.comments.length && <p className="second">{d.noComments}</p>}
      {mine && digest.frozenAt && (
        <form
          className="wide-form"
          onSubmit={(event) => {
            event.preventDefault();
            if (value.trim()) save();
          }}
        >
          <textarea
            className="field"
            rows={2}
            maxLength={2000}
            aria-label={d.commentOf[mine]}
            placeholder={d.commentOf[mine]}
            value={value}
            onChange={(e) => {
              setText(e.target.value);
              setState(undefined);
            }}
          />
          <Wrong>{wrong}</Wrong>
          <div className="row">
            <span className="quiet t12 grow" role="status">
              {state === 'saved' ? d.saved : d.oneEach}
            </span>
            <button type="submit" className="btn" disabled={!value.trim() || value.trim() === before?.text || state === 'saving'}>
              {before ? d.change : d.comment}
            </button>
          </div>
        </form>
      )}
    </div>
  );
}
