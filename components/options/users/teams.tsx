import { type FormEvent, useState } from 'react';
import type { WireTeam } from '../../../lib/contract/routes/users.ts';
import { type Team as Side, teams as sides } from '../../../lib/funnel/words.ts';
import { Termed } from '../../parts/entry.tsx';
import { Wrong } from '../../parts/wrong.tsx';
import { call } from '../../use-api.ts';
import { useWords } from '../../words/words.tsx';
import { useWorld } from '../../world.tsx';
import { OpenTable } from '../open-table.tsx';
import { Choose, Faults, Text } from '../propose/field.tsx';
import { useSent } from './use-sent.ts';

interface Props {
  teams: readonly WireTeam[];
  admin: boolean;
  onChange: () => void;
}

/** Teams of both sides, made, renamed and removed by an admin. */
export function Teams({ teams, admin, onChange }: Props) {
  const { w, f } = useWords();
  const u = w.users;
  const [open, setOpen] = useState<string>();
  const opened = teams.find(({ id }) => id === open);
  return (
    <section className="section-gap">
      <h2>{u.teams}</h2>
      <p>
        <Termed text={u.teamsText} />
      </p>
      {teams.length === 0 ? (
        <p className="second">{u.noTeams}</p>
      ) : (
        <OpenTable
          label={u.teams}
          columns={[{ head: u.team }, { head: u.side }, { head: u.people, num: true }]}
          rows={teams.map(({ id, name, side, users }) => ({ id, name, small: '', cells: [w.team[side], f.number(users)] }))}
          {...(admin && { open, onOpen: setOpen })}
          {...(opened && { inside: <OpenTeam key={opened.id} team={opened} onChange={onChange} /> })}
        />
      )}
      {admin && <AddTeam onDone={onChange} />}
    </section>
  );
}

function AddTeam({ onDone }: { onDone: () => void }) {
  const { w } = useWords();
  const u = w.users;
  const { ask } = useWorld();
  const [name, setName] = useState('');
  const [side, setSide] = useState<Side>('sales');
  const { told, wrong, send } = useSent();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send(
      () => call(ask, { route: 'addTeam', body: { name: name.trim(), side } }),
      () => {
        setName('');
        onDone();
      },
    );
  };
  return (
    <form className="add-team" onSubmit={submit}>
      <Faults value={told}>
        <Text at="/name" label={u.name} value={name} most={200} onChange={setName} />
        <Choose at="/side" label={u.side} value={side} items={sides.map((value) => ({ value, label: w.team[value] }))} onChange={setSide} />
      </Faults>
      <button type="submit" className="btn" disabled={!name.trim()}>
        {u.addTeam}
      </button>
      <Wrong>{wrong}</Wrong>
    </form>
  );
}

function OpenTeam({ team, onChange }: { team: WireTeam; onChange: () => void }) {
  const { w } = useWords();
  const u = w.users;
  const { ask } = useWorld();
  const [name, setName] = useState(team.name);
  const [removing, setRemoving] = useState(false);
  const { told, wrong, send } = useSent();
  const params = { id: team.id };
  const rename = (event: FormEvent) => {
    event.preventDefault();
    send(() => call(ask, { route: 'changeTeam', params, body: { name: name.trim() } }), onChange);
  };
  return (
    <div className="well opened in-row">
      <form className="add-team" onSubmit={rename}>
        <Faults value={told}>
          <Text at="/name" label={u.name} value={name} most={200} onChange={setName} />
        </Faults>
        <button type="submit" className="btn" disabled={!name.trim() || name.trim() === team.name}>
          {u.rename}
        </button>
      </form>
      <div className="removes">
        <button type="button" className="btn" aria-expanded={removing} onClick={() => setRemoving(!removing)}>
          {u.removeTeam}
        </button>
        {removing &&
          (team.users > 0 ? (
            <p role="status">{u.teamHasUsers(team.users)}</p>
          ) : (
            <div className="asking">
              <p>{u.removeTeamText}</p>
              <button type="button" className="btn" onClick={() => send(() => call(ask, { route: 'removeTeam', params }), onChange)}>
                <span className="cut">{u.removeSure(team.name)}</span>
              </button>
            </div>
          ))}
        <Wrong>{wrong}</Wrong>
      </div>
    </div>
  );
}
