import type { ReactNode } from 'react';
import type { Agreement, Reason, Term } from '../../lib/funnel/agreement.ts';
import { reasonOf } from '../../lib/funnel/reasons.ts';
import { type Stage, stages, teamOf } from '../../lib/funnel/words.ts';
import { reasonWords } from '../card/reason.ts';
import { useWords, type Words } from '../words/words.tsx';
import { useWorld } from '../world.tsx';

/** What an entry is of. */
export type Of = { stage: Stage } | { reason: string } | { term: string };

export const termOfStage = (stage: Stage, { terms }: Agreement, w: Words): Term | undefined =>
  terms.find(({ term }) => [stage, w.stage[stage].toLowerCase()].includes(term.toLowerCase()));

export function titleOf(of: Of, agreement: Agreement, w: Words): string {
  if ('stage' in of) return w.stage[of.stage];
  return 'reason' in of ? reasonWords(of.reason, agreement, w) : of.term;
}

/** An entry of the agreement: the word, what both teams mean by it, and the way to the whole. */
export function EntryText({ of, agreement, here }: { of: Of; agreement: Agreement; here?: boolean }) {
  const { w } = useWords();
  return (
    <>
      <p>
        <b>{titleOf(of, agreement, w)}</b>
        <span className="quiet t12">{w.joint + w.card.byAgreement(agreement.version)}</span>
      </p>
      {'stage' in of ? (
        <StageText stage={of.stage} agreement={agreement} />
      ) : 'reason' in of ? (
        <ReasonText code={of.reason} agreement={agreement} />
      ) : (
        <TermText term={of.term} agreement={agreement} />
      )}
      {!here && <ToAgreement />}
    </>
  );
}

export function ToAgreement() {
  const { w } = useWords();
  const { openPage } = useWorld();
  return (
    <p>
      <button type="button" className="btn link inline t12" onClick={() => openPage('options', 'agreement')}>
        {w.entry.whole}
      </button>
    </p>
  );
}

/** `children`: the criteria, where they are shown with more than their words. */
export function StageText({ stage, agreement, children }: { stage: Stage; agreement: Agreement; children?: ReactNode }) {
  const { w } = useWords();
  const definition = agreement.stages[stage];
  return (
    <>
      <p>{definition ? <bdi>{definition.sentence}</bdi> : w.entry.silent}</p>
      {children ??
        (definition && definition.criteria.length > 0 && (
          <ul>
            {definition.criteria.map(({ id, text }) => (
              <li key={id} className="second">
                <bdi>{text}</bdi>
              </li>
            ))}
          </ul>
        ))}
      <p className="second t12">{stage === 'mql' ? w.options.answers : w.options.owns(w.team[teamOf[stage]])}</p>
      <Synonyms term={termOfStage(stage, agreement, w)} />
    </>
  );
}

/** Where a lead goes for this reason, in one sentence. */
export function effectWords({ outcome, wake }: Reason, w: Words): string {
  const e = w.entry;
  if (outcome === 'disqualified' || wake === 'never') return e.closes;
  if (wake === 'at_once') return e.atOnce;
  return wake === 'strong_touch' ? e.onTouch : e.afterDays(wake.days);
}

function ReasonText({ code, agreement }: { code: string; agreement: Agreement }) {
  const { w } = useWords();
  const e = w.entry;
  const reason = reasonOf(agreement, code);
  if (!reason) return <p>{e.goneReason}</p>;
  return (
    <>
      {reason.retired && <p>{e.retired}</p>}
      <p>{effectWords(reason, w)}</p>
      <p className="second">{e.whoActs(e.actor[reason.actor])}</p>
      {reason.needsAttempts && <p className="second">{e.needsAttempts(agreement.attemptsBeforeUnresponsive)}</p>}
      {reason.needsNote && <p className="second">{e.needsNote}</p>}
      <Synonyms term={agreement.terms.find(({ term }) => term.toLowerCase() === reason.label.toLowerCase())} />
    </>
  );
}

function TermText({ term, agreement }: { term: string; agreement: Agreement }) {
  const { w } = useWords();
  const found = agreement.terms.find((one) => one.term === term);
  const stage = stages.find((one) => termOfStage(one, agreement, w) === found);
  if (!found) return <p>{w.entry.silent}</p>;
  return stage && agreement.stages[stage] ? (
    <StageText stage={stage} agreement={agreement} />
  ) : (
    <>
      <p>
        <bdi>{found.means}</bdi>
      </p>
      <Synonyms term={found} />
    </>
  );
}

/** What each team also calls it. */
export function Synonyms({ term }: { term?: Term }) {
  const { w } = useWords();
  return (['marketing', 'sales'] as const).map((team) =>
    term?.synonyms[team].length ? (
      <p key={team} className="quiet t12">
        {w.entry.callsIt(w.team[team])} <bdi>{term.synonyms[team].join(', ')}</bdi>
      </p>
    ) : null,
  );
}
