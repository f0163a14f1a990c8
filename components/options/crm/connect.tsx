import { type FormEvent, useId, useState } from 'react';
import { Segments } from '../../parts/segments.tsx';
import { useTrouble } from '../../trouble.ts';
import { call } from '../../use-api.ts';
import { useWords } from '../../words/words.tsx';
import { useWorld } from '../../world.tsx';
import { complete, Fields, filledIn } from './fields.tsx';
import { kindWords } from './say.ts';
import { SignInClosed, useSignIn } from './use-sign-in.ts';
import type { Added, Kind } from './wire.ts';

interface Props {
  kinds: readonly Kind[];
  redirects: readonly string[];
  onConnected: (added: Added) => void;
  onCancel: () => void;
}

/** Choosing a CRM and a way to connect, and connecting. */
export function Connect({ kinds, redirects, onConnected, onCancel }: Props) {
  const { w } = useWords();
  const inWords = useTrouble();
  const c = w.crm;
  const { ask } = useWorld();
  const signIn = useSignIn();
  const id = useId();
  const [source, setSource] = useState(kinds[0]?.id ?? '');
  const [wayId, setWay] = useState('');
  const [values, setValues] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<string>();
  const found = kinds.find((one) => one.id === source) ?? kinds[0];
  const kind = found && kindWords(found, w);
  const way = kind?.ways.find((one) => one.id === wayId) ?? kind?.ways[0];
  if (!kind || !way) return null;
  const connect = (event: FormEvent) => {
    event.preventDefault();
    setWrong(undefined);
    setBusy(true);
    const body = { source: kind.id, way: way.id, credentials: filledIn(way, values) };
    (way.signIn ? signIn(body) : call<Added>(ask, { route: 'addSource', body }))
      .then(onConnected, (error) => setWrong(error instanceof SignInClosed ? c.signInClosed : inWords(error)))
      .finally(() => setBusy(false));
  };
  return (
    <form className="well form-of" onSubmit={connect}>
      <div>
        <span className="label" id={`${id}k`}>
          {c.which}
        </span>
        <Segments
          label={c.which}
          value={kind.id}
          items={kinds.map((one) => ({ value: one.id, label: one.name }))}
          onPick={(to) => {
            setSource(to);
            setWay('');
            setValues({});
            setWrong(undefined);
          }}
        />
      </div>
      <dl className="facts">
        <dt>{c.reads}</dt>
        <dd>{kind.reads.join('; ')}</dd>
        <dt>{c.writes}</dt>
        <dd>{kind.writes.join('; ')}</dd>
      </dl>
      <div>
        <span className="label">{c.how}</span>
        <Segments
          label={c.how}
          value={way.id}
          items={kind.ways.map((one) => ({ value: one.id, label: one.name }))}
          onPick={(to) => {
            setWay(to);
            setWrong(undefined);
          }}
        />
        <p className="help">{way.help}</p>
      </div>
      {way.signIn && (
        <div>
          <span className="label">{c.redirects}</span>
          <ul>
            {redirects.map((one) => (
              <li key={one}>
                <code className="anywhere">{one}</code>
              </li>
            ))}
          </ul>
        </div>
      )}
      <Fields way={way} values={values} onChange={setValues} />
      {wrong && (
        <p className="help wrong" role="alert">
          <bdi>{wrong}</bdi>
        </p>
      )}
      <p className="help">{c.agreeFirst}</p>
      <div className="row">
        <button type="submit" className="btn main" disabled={busy || !complete(way, values)}>
          {busy
            ? way.signIn
              ? c.signingIn(kind.name)
              : c.connecting(kind.name)
            : way.signIn
              ? c.signInAt(kind.name)
              : c.connectTo(kind.name)}
        </button>
        <button type="button" className="btn plain" onClick={onCancel}>
          {w.cancel}
        </button>
      </div>
    </form>
  );
}
