import { type FormEvent, useId, useState } from 'react';
import type { Agreement } from '../../../lib/funnel/agreement.ts';
import { Icon } from '../../icons.tsx';
import { useNow } from '../../now.ts';
import { Termed } from '../../parts/entry.tsx';
import { useTrouble } from '../../trouble.ts';
import { call } from '../../use-api.ts';
import { troubleWords } from '../../words/refused.ts';
import { useWords } from '../../words/words.tsx';
import { useWorld } from '../../world.tsx';
import { complete, Fields, filledIn } from './fields.tsx';
import { Findings } from './findings.tsx';
import { MappingEditor } from './mapping.tsx';
import { kindWords } from './say.ts';
import { importText, lagText, stateOf } from './state.tsx';
import { SignInClosed, useSignIn } from './use-sign-in.ts';
import type { Finding, Kind, Source } from './wire.ts';
import { Writes } from './writes.tsx';

interface Props {
  source: Source;
  kind?: Kind;
  agreement?: Agreement;
  /** Of a source that was connected just now. */
  found?: readonly Finding[];
  /** Others than admins look on, and deal with what was refused. */
  admin: boolean;
  onChange: () => void;
}
type Asking = 'mapping' | 'resync' | 'credentials' | 'webhook' | 'disconnect';

/** One CRM: how it stands, what can be done, and what was written there. */
export function OpenSource({ source, kind, agreement, found, admin, onChange }: Props) {
  const { w, f } = useWords();
  const inWords = useTrouble();
  const c = w.crm;
  const { ask } = useWorld();
  const signIn = useSignIn();
  const now = useNow();
  const id = useId();
  const [asking, setAsking] = useState<Asking>();
  const [findings, setFindings] = useState(found);
  const [values, setValues] = useState<Record<string, string>>({});
  const [secret, setSecret] = useState('');
  const [data, setData] = useState<'keep' | 'remove'>('keep');
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<string>();
  const params = { id: source.id };
  const ways = kind && kindWords(kind, w).ways;
  const way = ways?.find((one) => one.id === source.way) ?? ways?.[0];
  const state = stateOf(source);
  const run = (work: Promise<unknown>) => {
    setWrong(undefined);
    setBusy(true);
    work
      .then(
        () => {
          setAsking(undefined);
          onChange();
        },
        (error) => setWrong(error instanceof SignInClosed ? c.signInClosed : inWords(error)),
      )
      .finally(() => setBusy(false));
  };
  const change = (body: Record<string, unknown>) => run(call(ask, { route: 'changeSource', params, body }));
  const check = () =>
    run(call<{ findings: Finding[] }>(ask, { route: 'checkSource', params }).then((answer) => setFindings(answer.findings)));
  const enter = (event: FormEvent) => {
    event.preventDefault();
    if (!way) return;
    const credentials = filledIn(way, values);
    if (way.signIn)
      run(signIn({ source: source.source, way: way.id, credentials, id: source.id }).then((answer) => setFindings(answer.findings)));
    else change({ way: way.id, credentials });
  };
  const toggle = (what: Asking) => setAsking(asking === what ? undefined : what);
  const act = (what: Asking, label: string) => (
    <button type="button" className="btn" aria-expanded={asking === what} onClick={() => toggle(what)}>
      {label}
    </button>
  );
  return (
    <div className="well opened">
      <dl className="facts">
        {source.knownAs && (
          <>
            <dt>{c.connectedAs}</dt>
            <dd>
              <bdi>{source.knownAs}</bdi>
              {way && <span className="quiet"> · {way.name}</span>}
            </dd>
          </>
        )}
        {source.mapping.agreed && (
          <>
            <dt>{c.lastSync}</dt>
            <dd>
              {source.pulledAt ? f.moment(source.pulledAt, now) : c.never}
              {source.lag !== undefined && <span className="quiet"> · {lagText(source.lag, w)}</span>}
              {source.importedAt && <span className="quiet"> · {c.imported(f.day(source.importedAt, now))}</span>}
            </dd>
            <dt>{c.people}</dt>
            <dd className="n">
              {f.number(source.counts.people)}
              <span className="quiet">
                {' · '}
                <Termed text={c.touches(f.number(source.counts.touches))} /> · {c.stages(f.number(source.counts.stages))}
              </span>
            </dd>
          </>
        )}
      </dl>
      {state === 'importing' && <Importing source={source} />}
      {source.trouble && (
        <div className="said not-well">
          <Icon name="alert" />
          <div>
            <b>
              <bdi>{troubleWords(source.trouble, w)}</bdi>
            </b>
            <p className="second">
              {f.moment(source.trouble.at, now)}
              {source.trouble.retryAt && ` · ${c.triesAgain(f.moment(source.trouble.retryAt, now))}`}
            </p>
          </div>
        </div>
      )}
      {findings && <Findings findings={findings} />}
      {admin && source.mapping.agreed && (
        <div className="row acts-of">
          {act('mapping', c.mapping)}
          <button
            type="button"
            className="btn"
            disabled={busy}
            onClick={() => change({ state: source.state === 'paused' ? 'running' : 'paused' })}
          >
            {source.state === 'paused' ? c.resume : c.pause}
          </button>
          {act('resync', c.resync)}
          <button type="button" className="btn" disabled={busy} onClick={check}>
            {c.checkAgain}
          </button>
          {way && act('credentials', c.credentials)}
          {source.webhook && act('webhook', c.webhook)}
          {act('disconnect', c.disconnect)}
        </div>
      )}
      {source.state === 'paused' && <p className="help">{c.pauseText}</p>}
      {wrong && (
        <p className="help wrong" role="alert">
          <bdi>{wrong}</bdi>
        </p>
      )}
      {asking === 'resync' && (
        <div className="asking">
          <p>{c.resyncText}</p>
          <button type="button" className="btn" disabled={busy} onClick={() => change({ resync: true })}>
            {c.resyncSure}
          </button>
        </div>
      )}
      {asking === 'credentials' && way && (
        <form className="asking wide" onSubmit={enter}>
          <p>{way.help}</p>
          <Fields way={way} values={values} onChange={setValues} />
          <button type="submit" className="btn" disabled={busy || !complete(way, values)}>
            {way.signIn ? c.signInAt(source.name) : c.credentialsSave}
          </button>
        </form>
      )}
      {asking === 'webhook' && source.webhook && (
        <form
          className="asking wide"
          onSubmit={(event) => {
            event.preventDefault();
            change({ webhookSecret: secret.trim() });
          }}
        >
          <p>{c.webhookText}</p>
          <code className="anywhere">{source.webhook.url}</code>
          <label className="label" htmlFor={`${id}s`}>
            {c.webhookSecret}
          </label>
          <input
            id={`${id}s`}
            className="field"
            type="password"
            autoComplete="off"
            maxLength={400}
            value={secret}
            onChange={(e) => setSecret(e.target.value)}
          />
          {source.webhook.secret && <p className="help">{c.webhookKept}</p>}
          <button type="submit" className="btn" disabled={busy || !secret.trim()}>
            {c.webhookSave}
          </button>
        </form>
      )}
      {asking === 'disconnect' && (
        <div className="asking">
          <p>{c.disconnectText(source.counts.waiting + source.counts.refused)}</p>
          <fieldset className="radios">
            <legend className="unseen">{c.disconnect}</legend>
            {(['keep', 'remove'] as const).map((one) => (
              <label key={one} className="row">
                <input type="radio" name={`${id}d`} checked={data === one} onChange={() => setData(one)} />
                <span>
                  <b>{one === 'keep' ? c.disconnectKeep : c.disconnectRemove}</b>
                  <small className="quiet"> {one === 'keep' ? c.disconnectKeepText : c.disconnectRemoveText}</small>
                </span>
              </label>
            ))}
          </fieldset>
          <button
            type="button"
            className="btn"
            disabled={busy}
            onClick={() => run(call(ask, { route: 'removeSource', params, query: { data } }))}
          >
            {c.disconnectSure(source.name)}
          </button>
        </div>
      )}
      {admin && (!source.mapping.agreed || asking === 'mapping') && (
        <MappingEditor
          source={source}
          {...(agreement && { agreement })}
          {...(source.mapping.agreed && { onCancel: () => setAsking(undefined) })}
          onAgreed={() => {
            setAsking(undefined);
            onChange();
          }}
        />
      )}
      {admin && !source.mapping.agreed && <div className="row">{act('disconnect', c.disconnect)}</div>}
      {source.mapping.agreed && <Writes source={source} onChange={onChange} />}
    </div>
  );
}

function Importing({ source }: { source: Source }) {
  const { w, f } = useWords();
  const { done, of } = source.progress ?? {};
  const text = importText(source, w, f);
  return (
    <div className="importing" role="status">
      <p>{text}</p>
      {done !== undefined && of !== undefined && of > 0 && <progress aria-label={text} max={Math.max(of, done)} value={done} />}
      <p className="help">{w.crm.goesOn}</p>
    </div>
  );
}
