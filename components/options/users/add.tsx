import { type FormEvent, useEffect, useRef, useState } from 'react';
import type { WireTeam, WireUser } from '../../../lib/contract/routes/users.ts';
import { Wrong } from '../../parts/wrong.tsx';
import { call } from '../../use-api.ts';
import { useWords } from '../../words/words.tsx';
import { useWorld } from '../../world.tsx';
import { Faults, Text } from '../propose/field.tsx';
import { Fields, type Of } from './fields.tsx';
import { useSent } from './use-sent.ts';

/** A colleague who is new here. */
export function AddUser({
  teams,
  onDone,
  onCancel,
}: {
  teams: readonly WireTeam[];
  onDone: (user: WireUser) => void;
  onCancel: () => void;
}) {
  const { w } = useWords();
  const u = w.users;
  const { ask } = useWorld();
  const [email, setEmail] = useState('');
  const [of, setOf] = useState<Of>({ name: '', role: 'rep', team: '' });
  const { told, wrong, send } = useSent();
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector('input')?.focus(), []);
  const name = of.name.trim();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const body = { email: email.trim(), name, role: of.role, ...(of.team && { team: of.team }) };
    send(() => call<WireUser>(ask, { route: 'addUser', body }), onDone);
  };
  return (
    <form className="well form-of" ref={form} onSubmit={submit}>
      <Faults value={told}>
        <div className="propose-grid in-twos">
          <Text at="/email" label={u.email} placeholder={u.emailHint} value={email} most={320} onChange={setEmail} />
          <Fields of={of} teams={teams} onChange={setOf} />
        </div>
      </Faults>
      <Wrong>{wrong}</Wrong>
      <div className="row">
        <button type="submit" className="btn main" disabled={!name || !email.trim()}>
          <span className="cut">{name ? u.make(name) : u.add}</span>
        </button>
        <button type="button" className="btn plain" onClick={onCancel}>
          {w.cancel}
        </button>
      </div>
    </form>
  );
}
