import { type FormEvent, useEffect, useRef, useState } from 'react';
import type { WireTeam, WireUser, WireUsers } from '../../../lib/contract/routes/users.ts';
import type { Role } from '../../../lib/funnel/words.ts';
import { useNow } from '../../now.ts';
import { Termed } from '../../parts/entry.tsx';
import { Once } from '../../parts/once.tsx';
import { Wrong } from '../../parts/wrong.tsx';
import { call } from '../../use-api.ts';
import { useWords } from '../../words/words.tsx';
import { useWorld } from '../../world.tsx';
import { Faults } from '../propose/field.tsx';
import { Fields, type Of } from './fields.tsx';
import { useSent } from './use-sent.ts';

interface Props {
  user: WireUser;
  teams: readonly WireTeam[];
  signIn: WireUsers['signIn'];
  /** The user was just added. */
  fresh: boolean;
  /** The user is who looks at it. */
  me: boolean;
  /** Something changed: the lists are read anew. */
  onChange: () => void;
}

/** One user: how they come in, what can be changed, and what happens when they are removed, before it does. */
export function OpenUser({ user, teams, signIn, fresh, me, onChange }: Props) {
  const { w } = useWords();
  const u = w.users;
  const { ask } = useWorld();
  const [removing, setRemoving] = useState(false);
  const { wrong, send } = useSent();
  const remove = () => send(() => call(ask, { route: 'changeUser', params: { id: user.id }, body: { disabled: true } }), onChange);
  return (
    <div className="well opened in-row">
      <ComesIn user={user} signIn={signIn} fresh={fresh} onChange={onChange} />
      <Change user={user} teams={teams} onChange={onChange} />
      <div className="removes">
        <button type="button" className="btn" aria-expanded={removing} onClick={() => setRemoving(!removing)}>
          {u.remove}
        </button>
        {removing && (
          <div className="asking">
            <p>
              {u.removeText(user.name, user.open)} {me && u.removeYou}
            </p>
            <button type="button" className="btn" onClick={remove}>
              <span className="cut">{u.removeSure(user.name)}</span>
            </button>
            <Wrong>{wrong}</Wrong>
          </div>
        )}
      </div>
    </div>
  );
}

function ComesIn({ user, signIn, fresh, onChange }: Pick<Props, 'user' | 'signIn' | 'fresh' | 'onChange'>) {
  const { w, f } = useWords();
  const u = w.users;
  const { ask } = useWorld();
  const now = useNow();
  const [made, setMade] = useState<{ url: string; until: string }>();
  const { wrong, send } = useSent();
  const { name, signsIn: way = 'none' } = user;
  const root = useRef<HTMLDivElement>(null);
  // What comes next is a button here: the form was the last thing under the fingers, or the button that made the link.
  const next = fresh || made !== undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: again, once the link stands in the button's place
  useEffect(() => {
    if (next) root.current?.querySelector('button')?.focus();
  }, [next, made]);
  const until = (at: string) => f.moment(at, now);
  const said = {
    company: () => u.wayText.company(name, signIn.company ?? ''),
    password: () => u.wayText.password(name),
    link: () => u.wayText.link(name, until(user.linkUntil ?? '')),
    none: () => u.wayText.none(name),
  }[way]();
  const make = () =>
    send(
      () => call<{ url: string; until: string }>(ask, { route: 'addLink', params: { id: user.id } }),
      (link) => {
        setMade(link);
        onChange();
      },
    );
  return (
    <div className="comes" ref={root}>
      {made ? (
        <Once text={made.url} help={u.linkOnce(name, until(made.until))} />
      ) : (
        <>
          <p>{said}</p>
          {signIn.passwords && (
            <button type="button" className={way === 'none' ? 'btn main' : 'btn'} onClick={make}>
              {u.link[way]}
            </button>
          )}
        </>
      )}
      <Wrong>{wrong}</Wrong>
    </div>
  );
}

const answers = (role: Role): boolean => role === 'rep' || role === 'manager';

function Change({ user, teams, onChange }: Pick<Props, 'user' | 'teams' | 'onChange'>) {
  const { w } = useWords();
  const u = w.users;
  const { ask } = useWorld();
  const before: Of = { name: user.name, role: user.role, team: user.team?.id ?? '' };
  const [of, setOf] = useState(before);
  const [kept, setKept] = useState(false);
  const { told, wrong, send } = useSent();
  const name = of.name.trim();
  const body = {
    ...(name !== before.name && { name }),
    ...(of.role !== before.role && { role: of.role }),
    ...(of.team !== before.team && { team: of.team || null }),
  };
  const changes = Object.keys(body).length > 0;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setKept(false);
    send(
      () => call(ask, { route: 'changeUser', params: { id: user.id }, body }),
      () => {
        setKept(true);
        onChange();
      },
    );
  };
  return (
    <form className="form-of plainly" onSubmit={submit}>
      <Faults value={told}>
        <div className="propose-grid">
          <Fields of={of} teams={teams} onChange={setOf} />
        </div>
      </Faults>
      {of.role !== before.role && (
        <p className="note care">
          <span>
            {u.roleSignsOut(user.name)} {answers(before.role) && !answers(of.role) && <Termed text={u.losesRole(user.name, user.open)} />}
          </span>
        </p>
      )}
      <Wrong>{wrong}</Wrong>
      <div className="row">
        <button type="submit" className="btn" disabled={!changes || !name}>
          {u.keep}
        </button>
        <span className="second" role="status">
          {kept && !changes && u.kept}
        </span>
      </div>
    </form>
  );
}
