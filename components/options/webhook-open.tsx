import { type FormEvent, useId, useState } from 'react';
import type { WireWebhook } from '../../lib/contract/routes/webhooks.ts';
import type { Said } from '../../lib/funnel/sentences/sentence.ts';
import { Icon } from '../icons.tsx';
import { useNow } from '../now.ts';
import { Once } from '../parts/once.tsx';
import { useTrouble } from '../trouble.ts';
import { call } from '../use-api.ts';
import { troubleWords } from '../words/refused.ts';
import { useWords } from '../words/words.tsx';
import { useWorld } from '../world.tsx';
import { WebhookForm } from './webhook-form.tsx';
import { groupsIn, looseIn } from './webhook-kinds.ts';
import { Messages } from './webhook-messages.tsx';

interface Props {
  webhook: WireWebhook;
  /** Of one that was added just now. */
  secret?: string;
  /** Something changed: the list is read anew. */
  onChange: () => void;
}
type Asking = 'change' | 'rotate' | 'replay' | 'remove';

/** One webhook: how it goes, what can be done, and what it was told. */
export function OpenWebhook({ webhook, secret: added, onChange }: Props) {
  const { w, f } = useWords();
  const inWords = useTrouble();
  const v = w.webhooks;
  const { ask } = useWorld();
  const now = useNow();
  const id = useId();
  const [asking, setAsking] = useState<Asking>();
  const [secret, setSecret] = useState(added);
  const [said, setSaid] = useState<{ ok: boolean; sentence: string }>();
  const [testing, setTesting] = useState(false);
  const [from, setFrom] = useState('');
  const [turn, setTurn] = useState(0);
  const params = { id: webhook.id };
  const done = () => {
    setAsking(undefined);
    setTurn((n) => n + 1);
    onChange();
  };
  const fail = (error: unknown) => setSaid({ ok: false, sentence: inWords(error) });
  const begin = (what: Asking) => {
    setSaid(undefined);
    setAsking(asking === what ? undefined : what);
  };
  const test = () => {
    setSaid(undefined);
    setTesting(true);
    call<{ ok: boolean; sentence: string; said?: Said }>(ask, { route: 'testWebhook', params })
      .then((answer) => setSaid({ ok: answer.ok, sentence: troubleWords(answer, w) }), fail)
      .finally(() => setTesting(false));
  };
  const turnTo = (state: 'on' | 'off') => call(ask, { route: 'changeWebhook', params, body: { state } }).then(done, fail);
  const rotate = () =>
    call<{ secret: string }>(ask, { route: 'rotateWebhook', params, body: { overlapHours: 24 } }).then((made) => {
      setSecret(made.secret);
      done();
    }, fail);
  const replay = (event: FormEvent) => {
    event.preventDefault();
    call(ask, { route: 'replayWebhook', params, body: { from: new Date(from).toISOString() } }).then(() => {
      setSaid({ ok: true, sentence: v.replayed });
      done();
    }, fail);
  };
  const remove = () => call(ask, { route: 'removeWebhook', params }).then(done, fail);
  const told = groupsIn(webhook.kinds);
  const { trouble } = webhook;
  return (
    <div className="well opened">
      <dl className="facts">
        <dt>{v.address}</dt>
        <dd className="anywhere">
          <bdi>{webhook.url}</bdi>
        </dd>
        <dt>{v.tells}</dt>
        <dd>
          {webhook.kinds.length === 0
            ? v.everything
            : f.list([...told.map((group) => v.kinds[group]), ...looseIn(webhook.kinds).map((kind) => v.event[kind] ?? kind)])}
        </dd>
        {webhook.oldSecretUntil && (
          <>
            <dt>{v.secret}</dt>
            <dd>{v.rotating(f.moment(webhook.oldSecretUntil, now))}</dd>
          </>
        )}
      </dl>
      {trouble && (
        <div className="said not-well">
          <Icon name="alert" />
          <div>
            <b>{webhook.state === 'off' ? v.offBySelf(f.moment(trouble.since, now)) : v.failing(f.moment(trouble.since, now))}</b>
            <p>
              <bdi>{troubleWords(trouble, w)}</bdi>
            </p>
            {webhook.state === 'off' && <p className="second">{v.offText}</p>}
          </div>
        </div>
      )}
      {secret && <Once text={secret} help={v.secretOnce} />}
      <div className="row acts-of">
        <button type="button" className="btn" disabled={testing} onClick={test}>
          {testing ? v.testing : v.test}
        </button>
        <button type="button" className="btn" onClick={() => turnTo(webhook.state === 'on' ? 'off' : 'on')}>
          {webhook.state === 'on' ? v.turnOff : v.turnOn}
        </button>
        <button type="button" className="btn" aria-expanded={asking === 'change'} onClick={() => begin('change')}>
          {v.change}
        </button>
        <button type="button" className="btn" aria-expanded={asking === 'replay'} onClick={() => begin('replay')}>
          {v.replay}
        </button>
        <button type="button" className="btn" aria-expanded={asking === 'rotate'} onClick={() => begin('rotate')}>
          {v.rotate}
        </button>
        <button type="button" className="btn" aria-expanded={asking === 'remove'} onClick={() => begin('remove')}>
          {v.remove}
        </button>
      </div>
      {said && (
        <p className={said.ok ? 'help' : 'help wrong'} role={said.ok ? 'status' : 'alert'}>
          <bdi>{said.sentence}</bdi>
        </p>
      )}
      {asking === 'change' && <WebhookForm webhook={webhook} onDone={done} onCancel={() => setAsking(undefined)} />}
      {asking === 'rotate' && (
        <div className="asking">
          <p>{v.rotateText}</p>
          <button type="button" className="btn" onClick={rotate}>
            {v.rotateSure}
          </button>
        </div>
      )}
      {asking === 'remove' && (
        <div className="asking">
          <p>{v.removeText(webhook.counts.waiting)}</p>
          <button type="button" className="btn" onClick={remove}>
            {v.removeSure(webhook.name)}
          </button>
        </div>
      )}
      {asking === 'replay' && (
        <form className="asking" onSubmit={replay}>
          <p>{v.replayText}</p>
          <label className="label" htmlFor={`${id}f`}>
            {v.replayFrom}
          </label>
          <span className="row">
            <input
              id={`${id}f`}
              type="datetime-local"
              className="field half"
              value={from}
              required
              onChange={(e) => setFrom(e.target.value)}
            />
            <button type="submit" className="btn" disabled={!from}>
              {v.replaySure}
            </button>
          </span>
        </form>
      )}
      <Messages webhook={webhook.id} turn={turn} onAgain={done} />
    </div>
  );
}
