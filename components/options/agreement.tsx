import { useState } from 'react';
import type { Status } from '../../lib/bridge/protocol.ts';
import type { Agreement, Reason } from '../../lib/funnel/agreement.ts';
import { defaultAgreement } from '../../lib/funnel/defaultAgreement.ts';
import { type Effect, effectOf } from '../../lib/funnel/reasons.ts';
import { ladder, type Stage, type Team, teamOf } from '../../lib/funnel/words.ts';
import { businessDay, lengthOf } from '../format.ts';
import { Icon } from '../icons.tsx';
import { useNow } from '../now.ts';
import { Agreed, ReasonEntry, StageEntry, TermEntry, Termed } from '../parts/entry.tsx';
import { Strip } from '../parts/strip.tsx';
import { useTrouble } from '../trouble.ts';
import { call } from '../use-api.ts';
import { fill, useWords } from '../words/words.tsx';
import { useWorld } from '../world.tsx';
import { type AgreementAnswer, type Signature, useAgreementAsked } from './in-force.tsx';
import { SectionHead } from './page.tsx';
import { Propose, ThrowAway } from './propose/form.tsx';
import { type Kept, useKept } from './propose/keep.ts';
import { Commitments, Outside } from './record.tsx';
import { SideBySide, Versions } from './versions.tsx';

export function AgreementSection({ status }: { status: Status }) {
  const { w, f } = useWords();
  const inWords = useTrouble();
  const o = w.options;
  const answer = useAgreementAsked();
  const [proposing, setProposing] = useState<{ from?: Kept }>();
  const { kept, keep, failed } = useKept(status.me);
  const [comparing, setComparing] = useState(false);
  if (answer?.state === 'waiting') return <SectionHead title={o.agreement} text={o.agreementText} />;
  if (!answer || answer.state === 'failed')
    return (
      <>
        <SectionHead title={o.agreement} text={o.agreementText} />
        <p className="note">
          <Icon name="off" />
          {answer ? inWords(answer.trouble) : o.agreementNone}
        </p>
      </>
    );
  const { agreement, draft, versions } = answer.value;
  const mayPropose = status.me?.role === 'marketer' || status.me?.role === 'manager' || status.me?.role === 'admin';
  const shown = agreement ?? draft?.agreement ?? (proposing && mayPropose ? defaultAgreement(zone(), w.language) : undefined);
  if (!shown)
    return (
      <>
        <SectionHead title={o.agreement} text={o.agreementText} />
        <div className="void">
          <h2>{w.agree.none}</h2>
          <p className="second">{mayPropose ? w.agree.noneText : w.agree.noneTextOther}</p>
          {mayPropose && kept !== undefined && (
            <button type="button" className="btn main" onClick={() => setProposing(kept ? { from: kept } : {})}>
              {kept ? w.agree.goOn : w.agree.begin}
            </button>
          )}
        </div>
      </>
    );
  const version = versions.find((v) => v.version === shown.version);
  const inForce = version?.inForceAt;
  const newest = Math.max(0, ...versions.map((v) => v.version));
  const signatures = version?.signatures ?? draft?.signatures ?? [];
  if (proposing)
    return (
      <Propose
        base={draft?.agreement ?? shown}
        newest={newest}
        basedOn={versions.find((one) => one.version === newest)?.madeAt}
        next={draft ? newest : newest + 1}
        from={proposing.from}
        onKeep={keep}
        unkept={failed}
        onDone={() => {
          keep(undefined);
          setProposing(undefined);
          answer.again();
        }}
        onLeave={() => setProposing(undefined)}
      />
    );
  return (
    <>
      <SectionHead
        title={o.agreementTitle(shown.version)}
        text={`${inForce ? o.inForce(f.dateFull(inForce.slice(0, 10))) : o.notInForce} ${o.agreementText}`}
      >
        {mayPropose && kept === null && (
          <button type="button" className="btn" onClick={() => setProposing({})}>
            {o.editAgreement}
          </button>
        )}
      </SectionHead>
      {mayPropose && kept && <Begun kept={kept} onGoOn={() => setProposing({ from: kept })} onThrowAway={() => keep(undefined)} />}
      <div className={draft && agreement ? 'signatures three' : 'signatures'}>
        {(['marketing', 'sales'] as const).map((team) => (
          <Signed
            key={team}
            team={team}
            version={shown.version}
            signature={signatures.find((s) => s.team === team)}
            status={status}
            onSigned={answer.again}
            open={!inForce}
          />
        ))}
        {draft && agreement && <Draft draft={draft} status={status} onSigned={answer.again} open={comparing} onOpen={setComparing} />}
      </div>
      {draft && agreement && comparing && (
        <section className="comparing">
          <Outside agreement={draft.agreement} />
          <Agreed agreement={draft.agreement} here>
            <Commitments agreement={draft.agreement} />
          </Agreed>
          <SideBySide left={agreement} right={draft.agreement} />
        </section>
      )}
      {draft && !agreement && <Outside agreement={draft.agreement} />}
      <Agreed agreement={shown} here>
        <AgreementBody agreement={shown} />
      </Agreed>
      <Versions key={newest} versions={versions} />
    </>
  );
}

const zone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** A change that this user began on this device and has not proposed. */
function Begun({ kept, onGoOn, onThrowAway }: { kept: Kept; onGoOn: () => void; onThrowAway: () => void }) {
  const { w, f } = useWords();
  const { begun, begunText, goOn } = w.agree;
  return (
    <section className="note begun" aria-label={begun}>
      <div className="grow">
        <b>{begun}</b>
        <p className="second">{begunText(f.moment(kept.at, useNow()))}</p>
      </div>
      <button type="button" className="btn" onClick={onGoOn}>
        {goOn}
      </button>
      <ThrowAway onSure={onThrowAway} />
    </section>
  );
}

const signsFor: Partial<Record<string, Team>> = { marketer: 'marketing', manager: 'sales' };

function Signed(props: { team: Team; version: number; signature?: Signature; status: Status; open: boolean; onSigned: () => void }) {
  const { team, signature, status, open } = props;
  const { w, f } = useWords();
  return (
    <div className={signature ? 'signature signed' : 'signature'}>
      <b className="row">
        <Icon name={signature ? 'check' : 'minus'} />
        {w.team[team]}
      </b>
      {signature ? (
        <>
          <span>
            <bdi>{signature.by}</bdi>
          </span>
          <span className="quiet t12">{w.options.signedBy(f.dateFull(signature.at.slice(0, 10)))}</span>
        </>
      ) : (
        <span className="quiet t12">{w.options.notSigned}</span>
      )}
      {open && !signature && signsFor[status.me?.role ?? ''] === team && (
        <SignButton team={team} version={props.version} onSigned={props.onSigned} />
      )}
    </div>
  );
}

function SignButton({ team, version, onSigned }: { team: Team; version: number; onSigned: () => void }) {
  const { w } = useWords();
  const inWords = useTrouble();
  const { ask } = useWorld();
  const [wrong, setWrong] = useState<string>();
  return (
    <>
      <button
        type="button"
        className="btn small"
        onClick={() =>
          call(ask, { route: 'signAgreement', params: { version: String(version) }, body: { team } }).then(onSigned, (error) =>
            setWrong(inWords(error)),
          )
        }
      >
        {w.options.sign(w.team[team])}
      </button>
      {wrong && (
        <span className="help wrong" role="alert">
          {wrong}
        </span>
      )}
    </>
  );
}

function Draft(props: {
  draft: NonNullable<AgreementAnswer['draft']>;
  status: Status;
  onSigned: () => void;
  open: boolean;
  onOpen: (open: boolean) => void;
}) {
  const { draft, status, onSigned, open, onOpen } = props;
  const { w, f } = useWords();
  const o = w.options;
  const team = signsFor[status.me?.role ?? ''];
  const signed = (of: Team) => draft.signatures.find((s) => s.team === of);
  return (
    <div className="signature draft">
      <b>{o.draft(draft.agreement.version)}</b>
      <span className="t12 second">
        {(['marketing', 'sales'] as const)
          .map((of) => {
            const by = signed(of);
            return `${w.team[of]}: ${by ? o.signedBy(f.dateFull(by.at.slice(0, 10))) : o.notSigned}`;
          })
          .join(w.joint)}
      </span>
      <button type="button" className="btn small" aria-expanded={open} onClick={() => onOpen(!open)}>
        {o.compare(draft.differences.length)}
      </button>
      {team && !signed(team) && open && <SignButton team={team} version={draft.agreement.version} onSigned={onSigned} />}
    </div>
  );
}

export function AgreementBody({ agreement }: { agreement: Agreement }) {
  const { w, f } = useWords();
  const o = w.options;
  const today = Temporal.Now.plainDateISO().toString();
  const stages: Stage[] = [...ladder, 'recycled', 'disqualified'];
  const day = businessDay(agreement.calendar);
  const clock = (stage: Stage) => {
    const allowed = agreement.allowed[stage];
    const words = (hours: number) => w.length(lengthOf(hours * 60, day));
    return allowed ? o.clock(words(allowed.standard), words(allowed.high)) : o.noClock;
  };
  const { calendar } = agreement;
  return (
    <>
      <div className="two agreement">
        <section>
          <h2>{o.stages}</h2>
          {stages.map((stage) => {
            const definition = agreement.stages[stage];
            if (!definition) return null;
            const index = (ladder as readonly Stage[]).indexOf(stage);
            return (
              <div key={stage} className="stage-row">
                <div className="row">
                  <Strip stage={stage} passed={index < 0 ? ladder.slice(0, 3) : ladder.slice(0, index + 1)} />
                  <StageEntry stage={stage} />
                  <span className="quiet t12">{stage === 'mql' ? o.answers : o.owns(w.team[teamOf[stage]])}</span>
                  <span className="t12 n end">
                    <Termed text={clock(stage)} />
                  </span>
                </div>
                <p>
                  <bdi>{definition.sentence}</bdi>
                </p>
                {definition.criteria.length > 0 && (
                  <dl className="criteria-of">
                    {definition.criteria.map(({ id, text }) => (
                      <div key={id}>
                        <dt>{id}</dt>
                        <dd>
                          <bdi>{text}</bdi>
                        </dd>
                      </div>
                    ))}
                  </dl>
                )}
              </div>
            );
          })}
        </section>
        <div className="stack">
          <section>
            <h2>{o.reasons}</h2>
            <table className="table tight">
              <thead>
                <tr>
                  <th scope="col">{o.reason}</th>
                  <th scope="col">{o.thenGoes}</th>
                  <th scope="col" className="num">
                    {o.wakes}
                  </th>
                </tr>
              </thead>
              <tbody>
                {agreement.reasons.map((reason) => (
                  <ReasonRow
                    key={reason.code}
                    reason={reason}
                    effect={effectOf(reason, today)}
                    attempts={agreement.attemptsBeforeUnresponsive}
                  />
                ))}
              </tbody>
            </table>
          </section>
          <section>
            <h2>{o.calendar}</h2>
            <dl className="facts">
              <dt>{o.hours}</dt>
              <dd>{hoursWords(agreement, f.weekday)}</dd>
              <dt>{o.zone}</dt>
              <dd>{calendar.zone}</dd>
              <dt>{o.holidays}</dt>
              <dd>{o.holidayCount(calendar.holidays.length)}</dd>
              <dt>{o.weekStart}</dt>
              <dd>{f.weekday(calendar.weekStart)}</dd>
              <dt>{o.fiscalYear}</dt>
              <dd>{f.monthName(calendar.fiscalYearStart)}</dd>
            </dl>
          </section>
          <section>
            <h2>{w.agree.escalation}</h2>
            <p>
              {w.agree.escalationText(
                w.agree.hours(f.number(agreement.escalation.graceHours)),
                w.agree.hours(f.number(agreement.escalation.poolHours)),
              )}
            </p>
            {agreement.reasons
              .filter((reason) => reason.needsAttempts)
              .map(({ code }) => (
                <p key={code} className="second">
                  {fill(w.agree.attempts(agreement.attemptsBeforeUnresponsive), { reason: <ReasonEntry code={code} within /> })}
                </p>
              ))}
            <p className="second">{w.agree.lookBack(agreement.lookBackMonths)}</p>
          </section>
        </div>
      </div>
      <section className="below">
        <h2>{o.commitments}</h2>
        <Commitments agreement={agreement} />
      </section>
      <section className="below">
        <h2>{o.terms}</h2>
        <table className="table many">
          <thead>
            <tr>
              <th scope="col">{o.term}</th>
              <th scope="col">{o.means}</th>
              <th scope="col">{o.alsoCalled}</th>
            </tr>
          </thead>
          <tbody>
            {agreement.terms.map((t) => (
              <tr key={t.term}>
                <th scope="row">
                  <TermEntry term={t.term}>
                    <bdi>{t.term}</bdi>
                  </TermEntry>
                </th>
                <td>
                  <bdi>{t.means}</bdi>
                </td>
                <td className="second">
                  {(['marketing', 'sales'] as const).map(
                    (team) =>
                      t.synonyms[team].length > 0 && (
                        <p key={team}>
                          <span className="quiet">{w.team[team]}: </span>
                          <bdi>{t.synonyms[team].join(', ')}</bdi>
                        </p>
                      ),
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}

function ReasonRow({ reason, effect, attempts }: { reason: Reason; effect: Effect; attempts: number }) {
  const { w } = useWords();
  const o = w.options;
  const wakes = typeof reason.wake === 'object' ? o.wakesDays(reason.wake.days) : effect.strongTouch ? o.wakesTouch : '–';
  return (
    <tr>
      <td>
        <ReasonEntry code={reason.code} />
        {reason.needsAttempts && <span className="quiet"> {w.card.afterAttemptsShort(attempts)}</span>}
        {reason.retired && <span className="quiet"> {w.agree.retiredNow}</span>}
        {reason.needsNote && <span className="quiet"> {w.card.sayWhy}</span>}
      </td>
      <td className="second">{effect.never ? o.isClosed : effect.atOnce ? o.toMarketingNow : o.toMarketing}</td>
      <td className="num">{wakes}</td>
    </tr>
  );
}

/** "Mon – Fri, 08:30 – 17:30": days with the same hours stand together. */
function hoursWords({ calendar }: Agreement, weekday: (iso: number) => string): string {
  const runs: { from: number; to: number; hours: string }[] = [];
  for (let day = 1; day <= 7; day++) {
    const hours = (calendar.hours[String(day)] ?? []).map(([from, to]) => `${from} – ${to}`).join(', ');
    const last = runs.at(-1);
    if (!hours) continue;
    if (last && last.to === day - 1 && last.hours === hours) last.to = day;
    else runs.push({ from: day, to: day, hours });
  }
  return runs.map((r) => `${r.from === r.to ? weekday(r.from) : `${weekday(r.from)} – ${weekday(r.to)}`}, ${r.hours}`).join('; ');
}
