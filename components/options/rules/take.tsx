import type { Take } from '../../../lib/funnel/rule.ts';
import type { User } from '../../card/pick-user.tsx';
import { Ticks } from '../../card/qualify.tsx';
import { Choice } from '../../parts/choice.tsx';
import { useWords } from '../../words/words.tsx';
import type { Team } from './say.ts';

const textOf = (take: Take): string =>
  take.to === 'user' ? `user ${take.user}` : take.to === 'turn' && take.users ? 'turn' : `${take.to} ${take.team ?? ''}`.trim();

function takeFrom(text: string, users: readonly User[]): Take {
  const [to, id] = text.split(' ');
  if (to === 'user' && id) return { to: 'user', user: id };
  if (to === 'turn') return id ? { to: 'turn', team: id } : { to: 'turn', users: users.map((one) => one.id) };
  return id ? { to: 'pool', team: id } : { to: 'pool' };
}

/** To whom: a pool, somebody, or some in turn. */
export function TakeField(props: {
  label: string;
  take: Take;
  users: readonly User[];
  teams: readonly Team[];
  onChange: (take: Take) => void;
}) {
  const { label, take, users, teams, onChange } = props;
  const { w } = useWords();
  const r = w.rules;
  const items = [
    { value: 'pool', label: r.pool },
    ...teams.flatMap(({ id, name }) => [
      { value: `pool ${id}`, label: r.poolOf(name) },
      { value: `turn ${id}`, label: r.turnOf(name) },
    ]),
    { value: 'turn', label: r.turnChosen },
    ...users.map(({ id, name }) => ({ value: `user ${id}`, label: name })),
  ];
  return (
    <div>
      <span className="label">{label}</span>
      <Choice field label={label} value={textOf(take)} items={items} onChange={(text) => onChange(takeFrom(text, users))} />
      {take.to === 'turn' && take.users && (
        <fieldset className="turn-who">
          <legend className="label">{r.turnWho}</legend>
          <Ticks
            items={users.map(({ id, name }) => ({ id, text: name }))}
            on={take.users}
            onChange={(chosen) => onChange({ to: 'turn', users: chosen })}
          />
        </fieldset>
      )}
    </div>
  );
}
