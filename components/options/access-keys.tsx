import { type FormEvent, useState } from 'react';
import { useNow } from '../now.ts';
import { Once } from '../parts/once.tsx';
import { Wrong } from '../parts/wrong.tsx';
import { useTrouble } from '../trouble.ts';
import { call, useApi } from '../use-api.ts';
import { useWords } from '../words/words.tsx';
import { useWorld } from '../world.tsx';

interface Key {
  id: string;
  name: string;
  endsWith: string;
  createdAt: string;
  lastUsedAt?: string;
  revokedAt?: string;
}

const routesOf = {
  write: { list: 'writeKeys', add: 'addWriteKey', revoke: 'revokeWriteKey' },
  read: { list: 'readKeys', add: 'addReadKey', revoke: 'revokeReadKey' },
} as const;

/** Keys with which web sites and servers send events, or other systems read them. A new one is shown once and never again. */
export function AccessKeys({ to }: { to: keyof typeof routesOf }) {
  const { w, f } = useWords();
  const inWords = useTrouble();
  const o = w.options;
  const k = w.options.keysTo[to];
  const routes = routesOf[to];
  const { ask } = useWorld();
  const now = useNow();
  const answer = useApi<{ items: Key[] }>({ route: routes.list });
  const [name, setName] = useState('');
  const [made, setMade] = useState<string>();
  const [wrong, setWrong] = useState<string>();
  const [revoking, setRevoking] = useState<string>();
  const fail = (error: unknown) => setWrong(inWords(error));
  const make = (event: FormEvent) => {
    event.preventDefault();
    setWrong(undefined);
    call<{ key: string }>(ask, { route: routes.add, body: { name: name.trim() } }).then(({ key }) => {
      setMade(key);
      setName('');
      answer.again();
    }, fail);
  };
  const revoke = (id: string) => {
    setRevoking(undefined);
    call(ask, { route: routes.revoke, params: { id } }).then(answer.again, fail);
  };
  const keys = answer.state === 'here' ? answer.value.items.filter((key) => !key.revokedAt) : [];
  return (
    <section className="section-gap">
      <h2>{k.title}</h2>
      <p>{k.text}</p>
      {answer.state === 'failed' && <p className="help wrong">{inWords(answer.trouble)}</p>}
      {answer.state === 'here' && !keys.length && <p className="second">{k.none}</p>}
      {keys.length > 0 && (
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{k.of}</th>
              <th scope="col">{o.lastUsed}</th>
              <th scope="col">
                <span className="unseen">{o.revoke}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {keys.map((key) => (
              <tr key={key.id}>
                <th scope="row">
                  <b>
                    <bdi>{key.name}</bdi>
                  </b>{' '}
                  <small className="n">…{key.endsWith}</small>
                </th>
                <td className="second">{key.lastUsedAt ? f.moment(key.lastUsedAt, now) : o.neverUsed}</td>
                <td className="num">
                  {revoking === key.id ? (
                    <>
                      <button type="button" className="btn small" onClick={() => revoke(key.id)}>
                        {o.revokeKey(key.name)}
                      </button>{' '}
                      <button type="button" className="btn small plain" onClick={() => setRevoking(undefined)}>
                        {w.cancel}
                      </button>
                    </>
                  ) : (
                    <button type="button" className="btn small" aria-label={o.revokeKey(key.name)} onClick={() => setRevoking(key.id)}>
                      {o.revoke}
                    </button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {made && <Once text={made} help={o.keyOnce} />}
      <form className="row add-host" onSubmit={make}>
        <input
          className="field half"
          aria-label={k.name}
          placeholder={k.name}
          maxLength={200}
          value={name}
          onChange={(e) => setName(e.target.value)}
        />
        <button type="submit" className="btn" disabled={!name.trim()}>
          {k.make}
        </button>
      </form>
      <Wrong>{wrong}</Wrong>
    </section>
  );
}
