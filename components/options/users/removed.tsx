import { useState } from 'react';
import type { WireUser } from '../../../lib/contract/routes/users.ts';
import { Scrolls } from '../../parts/scrolls.tsx';
import { Wrong } from '../../parts/wrong.tsx';
import { call } from '../../use-api.ts';
import { useWords } from '../../words/words.tsx';
import { useWorld } from '../../world.tsx';
import { useSent } from './use-sent.ts';

/** Who was removed, and can be brought back. */
export function Removed({ users, onBack }: { users: readonly WireUser[]; onBack: (id: string) => void }) {
  const { w, f } = useWords();
  const u = w.users;
  const { ask } = useWorld();
  const [shown, setShown] = useState(false);
  const { wrong, send } = useSent();
  const bringBack = (id: string) =>
    send(
      () => call(ask, { route: 'changeUser', params: { id }, body: { disabled: false } }),
      () => onBack(id),
    );
  return (
    <div className="removed">
      <button type="button" className="btn small plain" aria-expanded={shown} onClick={() => setShown(!shown)}>
        {shown ? u.hideRemoved : u.showRemoved(users.length)}
      </button>
      {shown && (
        <Scrolls label={u.removed}>
          <table className="table tall">
            <thead>
              <tr>
                <th scope="col">{u.name}</th>
                <th scope="col">{u.role}</th>
                <th scope="col">{u.removed}</th>
                <th scope="col">
                  <span className="unseen">{u.bringBack}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {users.map(({ id, name, email, role, disabledAt }) => (
                <tr key={id}>
                  <th scope="row">
                    <b>
                      <bdi>{name}</bdi>
                    </b>
                    <small className="anywhere">
                      <bdi>{email}</bdi>
                    </small>
                  </th>
                  <td>{u.roles[role]}</td>
                  <td className="n">{disabledAt && f.dateFull(disabledAt.slice(0, 10))}</td>
                  <td className="num">
                    <button type="button" className="btn small" aria-label={u.bringBackOne(name)} onClick={() => bringBack(id)}>
                      {u.bringBack}
                    </button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scrolls>
      )}
      <Wrong>{wrong}</Wrong>
    </div>
  );
}
