import { type ReactNode, useContext, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { Agreement } from '../../../lib/funnel/agreement.ts';
import { validate } from '../../../lib/funnel/checkAgreement.ts';
import { Icon } from '../../icons.tsx';
import { useTrouble } from '../../trouble.ts';
import { CallTrouble, call } from '../../use-api.ts';
import { useWords } from '../../words/words.tsx';
import { useWorld } from '../../world.tsx';
import type { AgreementAnswer } from '../in-force.tsx';
import { SectionHead } from '../page.tsx';
import { SideBySide } from '../versions.tsx';
import { CalendarForm } from './calendar.tsx';
import { CommitmentsForm } from './commitments.tsx';
import { agreementOf, type Draft, draftOf } from './draft.ts';
import { Faults, faultWords, type Told } from './field.tsx';
import type { Kept } from './keep.ts';
import { Reasons } from './reasons.tsx';
import { Stages } from './stages.tsx';
import { Terms } from './terms.tsx';

interface Props {
  base: Agreement;
  /** The newest version there is, which the change is based on. */
  newest: number;
  /** When that version was made. */
  basedOn?: string;
  /** What the proposed one will be called: a draft keeps its number. */
  next: number;
  /** What was typed before, to go on with. */
  from?: Kept;
  onKeep: (kept: Kept | undefined) => void;
  /** This device could not keep what was typed last. */
  unkept: boolean;
  onDone: () => void;
  onLeave: () => void;
}

/** What a change is based on; `theirs` is what somebody else proposed since. */
interface Basis {
  newest: number;
  basedOn: string | undefined;
  next: number;
  theirs?: Agreement;
}

/** Throws away what was typed: asked once more, since it cannot be had again. */
export function ThrowAway({ onSure }: { onSure: () => void }) {
  const { w } = useWords();
  const [asking, setAsking] = useState(false);
  if (!asking)
    return (
      <button type="button" className="btn plain" onClick={() => setAsking(true)}>
        {w.agree.throwAway}
      </button>
    );
  return (
    <span className="row">
      <button type="button" className="btn" onClick={onSure}>
        {w.agree.throwSure}
      </button>
      <button type="button" className="btn plain" onClick={() => setAsking(false)}>
        {w.agree.dont}
      </button>
    </span>
  );
}

/** A part of the agreement, folded until it is asked for or something in it is wrong. */
function Part({ title, of, tried, children }: { title: string; of: readonly string[]; tried: number; children: ReactNode }) {
  const { w } = useWords();
  const details = useRef<HTMLDetailsElement>(null);
  const wrong = useContext(Faults).filter(({ at }) => of.includes(at.split('/')[1] ?? '')).length;
  const opens = useRef(false);
  opens.current = wrong > 0;
  // Before the form looks for the first field that is wrong.
  useLayoutEffect(() => {
    if (tried > 0 && opens.current && details.current) details.current.open = true;
  }, [tried]);
  return (
    <details ref={details} className="propose-section">
      <summary>
        <Icon name="right" small />
        <h2>{title}</h2>
        {wrong > 0 && <span className="help wrong">{w.agree.wrongIn(wrong)}</span>}
      </summary>
      {children}
    </details>
  );
}

/**
 * The whole agreement, to be changed. What was typed stays until it is proposed or left by the user: what is wrong is
 * said at its field, and what somebody else proposed meanwhile is shown beside it.
 */
export function Propose({ base, newest, basedOn, next, from, onKeep, unkept, onDone, onLeave }: Props) {
  const { w } = useWords();
  const inWords = useTrouble();
  const { ask, now } = useWorld();
  const o = w.options;
  const form = useRef<HTMLFormElement>(null);
  const [draft, setDraft] = useState(() => from?.draft ?? draftOf(base));
  const [typed, setTyped] = useState(from !== undefined);
  const [tried, setTried] = useState(0);
  const [told, setTold] = useState<readonly Told[]>([]);
  const [wrong, setWrong] = useState<string>();
  const [basis, setBasis] = useState<Basis>(() => {
    const moved = from !== undefined && (from.newest !== newest || from.basedOn !== basedOn);
    return { newest, basedOn, next, ...(moved && { theirs: base }) };
  });
  const set = (part: Partial<Draft>) => {
    const changed = { ...draft, ...part };
    setDraft(changed);
    setTyped(true);
    setTold([]);
    onKeep({
      draft: changed,
      newest: basis.newest,
      ...(basis.basedOn !== undefined && { basedOn: basis.basedOn }),
      at: new Date(now()).toISOString(),
    });
  };
  const agreement = agreementOf(draft, basis.newest);
  const faults = tried > 0 ? [...validate(agreement), ...told] : [];
  useEffect(() => {
    if (tried > 0) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [tried]);

  const refused = async (error: unknown): Promise<void> => {
    setWrong(inWords(error));
    if (!(error instanceof CallTrouble)) return;
    setTold(error.errors.map(({ pointer, detail, said }) => ({ at: pointer, detail, ...(said && { said }) })));
    setTried((n) => n + 1);
    if (error.code !== 'conflict') return;
    const there = await call<AgreementAnswer>(ask, { route: 'getAgreement' });
    const last = Math.max(...there.versions.map(({ version }) => version));
    setBasis({
      newest: last,
      basedOn: there.versions.find(({ version }) => version === last)?.madeAt,
      next: there.draft ? last : last + 1,
      theirs: there.draft?.agreement ?? there.agreement,
    });
  };
  const propose = () => {
    setWrong(undefined);
    setTold([]);
    if (validate(agreement).length > 0) return setTried((n) => n + 1);
    const query = { ...(basis.basedOn !== undefined && { basedOn: basis.basedOn }) };
    call(ask, { route: 'proposeAgreement', query, body: agreement }).then(onDone, (error) =>
      refused(error).catch(() => setWrong(w.failed)),
    );
  };
  return (
    <Faults value={faults}>
      <SectionHead title={o.editAgreement} text={o.editText} />
      <form
        ref={form}
        className="propose"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          propose();
        }}
      >
        <Part title={o.stages} of={['stages', 'allowed']} tried={tried}>
          <Stages draft={draft} set={set} />
        </Part>
        <Part title={o.terms} of={['terms']} tried={tried}>
          <Terms draft={draft} set={set} />
        </Part>
        <Part title={o.reasons} of={['reasons']} tried={tried}>
          <Reasons draft={draft} set={set} />
        </Part>
        <Part title={o.commitments} of={['commitments']} tried={tried}>
          <CommitmentsForm draft={draft} set={set} />
        </Part>
        <Part title={w.agree.times} of={['calendar', 'escalation', 'attemptsBeforeUnresponsive', 'lookBackMonths']} tried={tried}>
          <CalendarForm draft={draft} set={set} />
        </Part>
        {faults.length > 0 && (
          <div className="help wrong" role="alert">
            <p>{w.agree.toMend(faults.length)}</p>
            <ul>
              {faults.slice(0, 5).map((fault) => (
                <li key={`${fault.at} ${fault.detail}`}>{faultWords(fault, w)}</li>
              ))}
            </ul>
          </div>
        )}
        {wrong && faults.length === 0 && (
          <p className="help wrong" role="alert">
            {wrong}
          </p>
        )}
        {basis.theirs && (
          <section className="comparing">
            <p className="second">{w.agree.meanwhile(basis.next)}</p>
            <SideBySide left={basis.theirs} right={agreement} heads={[w.agree.theirs, w.agree.yours]} />
          </section>
        )}
        <div className="row propose-acts">
          <button type="submit" className="btn main">
            {o.proposeSave(basis.next)}
          </button>
          <button type="button" className="btn plain" onClick={onLeave}>
            {typed && !unkept ? w.agree.later : w.cancel}
          </button>
          {typed && (
            <ThrowAway
              onSure={() => {
                onKeep(undefined);
                onLeave();
              }}
            />
          )}
        </div>
        {typed && (
          <p className={unkept ? 'help wrong' : 'help'} role="status">
            {unkept ? w.agree.unkept : w.agree.kept}
          </p>
        )}
      </form>
    </Faults>
  );
}
