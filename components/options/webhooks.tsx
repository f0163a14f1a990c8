import { useState } from 'react';
import type { Status } from '../../lib/bridge/protocol.ts';
import type { WireWebhook } from '../../lib/contract/routes/webhooks.ts';
import { Icon } from '../icons.tsx';
import { useNow } from '../now.ts';
import { Scrolls } from '../parts/scrolls.tsx';
import { useApi } from '../use-api.ts';
import { useWords } from '../words/words.tsx';
import { AccessKeys } from './access-keys.tsx';
import { SectionHead } from './page.tsx';
import { WebhookForm } from './webhook-form.tsx';
import { OpenWebhook } from './webhook-open.tsx';

/** Other systems that are told what happens: an admin's. */
export function WebhooksSection({ status }: { status: Status }) {
  const { w } = useWords();
  const v = w.webhooks;
  if (status.me?.role === 'admin') return <Webhooks />;
  return (
    <>
      <SectionHead title={v.title} text={v.text} />
      <p className="note">
        <Icon name="info" />
        {v.adminOnly}
      </p>
    </>
  );
}

function Webhooks() {
  const { w } = useWords();
  const v = w.webhooks;
  const answer = useApi<{ items: WireWebhook[] }>({ route: 'webhooks' });
  const [open, setOpen] = useState<string>();
  const [adding, setAdding] = useState(false);
  const [added, setAdded] = useState<{ id: string; secret: string }>();
  const items = answer.state === 'here' ? answer.value.items : [];
  const opened = items.find(({ id }) => id === open);
  return (
    <>
      <SectionHead title={v.title} text={v.text}>
        {!adding && (
          <button type="button" className="btn" onClick={() => setAdding(true)}>
            <Icon name="plus" />
            {v.add}
          </button>
        )}
      </SectionHead>
      {adding && (
        <WebhookForm
          onCancel={() => setAdding(false)}
          onDone={({ id }, secret) => {
            setAdding(false);
            if (secret) setAdded({ id, secret });
            setOpen(id);
            answer.again();
          }}
        />
      )}
      {answer.state === 'failed' && (
        <p className="help wrong" role="alert">
          {answer.trouble.message}
        </p>
      )}
      {answer.state === 'here' && items.length === 0 && !adding && (
        <div className="well">
          <b>{v.none}</b>
          <p className="second">{v.noneText}</p>
        </div>
      )}
      {items.length > 0 && <List items={items} open={open} onOpen={setOpen} />}
      {opened && (
        <OpenWebhook key={opened.id} webhook={opened} {...(added?.id === opened.id && { secret: added.secret })} onChange={answer.again} />
      )}
      <AccessKeys to="read" />
    </>
  );
}

function List({ items, open, onOpen }: { items: WireWebhook[]; open: string | undefined; onOpen: (id: string | undefined) => void }) {
  const { w, f } = useWords();
  const v = w.webhooks;
  const now = useNow();
  return (
    <Scrolls label={v.title}>
      <table className="table tall">
        <thead>
          <tr>
            <th scope="col">{v.system}</th>
            <th scope="col">{v.state}</th>
            <th scope="col">{v.lastTaken}</th>
            <th scope="col" className="num">
              {v.waiting}
            </th>
            <th scope="col" className="num">
              {v.failed}
            </th>
            <th scope="col">
              <span className="unseen">{v.openShort}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {items.map((hook) => (
            <tr key={hook.id}>
              <th scope="row">
                <b>
                  <bdi>{hook.name}</bdi>
                </b>
                <small className="anywhere">
                  <bdi>{hostOf(hook.url)}</bdi>
                </small>
              </th>
              <td>
                <State hook={hook} />
              </td>
              <td className="second n">{hook.takenAt ? f.moment(hook.takenAt, now) : v.never}</td>
              <td className="num">{f.number(hook.counts.waiting)}</td>
              <td className="num">{f.number(hook.counts.failed)}</td>
              <td className="num">
                <button
                  type="button"
                  className="btn small"
                  aria-expanded={hook.id === open}
                  aria-label={hook.id === open ? undefined : v.open(hook.name)}
                  onClick={() => onOpen(hook.id === open ? undefined : hook.id)}
                >
                  {hook.id === open ? v.close : v.openShort}
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolls>
  );
}

function State({ hook }: { hook: WireWebhook }) {
  const { w } = useWords();
  const v = w.webhooks;
  const well = hook.state === 'on' && !hook.trouble;
  return (
    <span className={well ? 'row state-of well-of' : hook.trouble ? 'row not-well' : 'row second'}>
      {well ? <i className="dot" /> : <Icon name={hook.trouble ? 'alert' : 'pause'} />}
      {hook.state === 'off' ? v.off : hook.trouble ? <Since at={hook.trouble.since} /> : v.on}
    </span>
  );
}

function Since({ at }: { at: string }) {
  const { w, f } = useWords();
  return <b>{w.webhooks.failing(f.moment(at, useNow()))}</b>;
}

const hostOf = (url: string): string => URL.parse(url)?.host ?? url;
