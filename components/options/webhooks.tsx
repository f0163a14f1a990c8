import { useState } from 'react';
import type { Status } from '../../lib/bridge/protocol.ts';
import type { WireWebhook } from '../../lib/contract/routes/webhooks.ts';
import { Icon } from '../icons.tsx';
import { useNow } from '../now.ts';
import { useTrouble } from '../trouble.ts';
import { useApi } from '../use-api.ts';
import { useWords } from '../words/words.tsx';
import { AccessKeys } from './access-keys.tsx';
import { OpenTable } from './open-table.tsx';
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
  const { w, f } = useWords();
  const inWords = useTrouble();
  const v = w.webhooks;
  const now = useNow();
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
          {inWords(answer.trouble)}
        </p>
      )}
      {answer.state === 'here' && items.length === 0 && !adding && (
        <div className="well">
          <b>{v.none}</b>
          <p className="second">{v.noneText}</p>
        </div>
      )}
      {items.length > 0 && (
        <OpenTable
          label={v.title}
          columns={[
            { head: v.system },
            { head: v.state },
            { head: v.lastTaken },
            { head: v.waiting, num: true },
            { head: v.failed, num: true },
          ]}
          rows={items.map((hook) => ({
            id: hook.id,
            name: hook.name,
            small: hostOf(hook.url),
            cells: [
              <State key="state" hook={hook} />,
              hook.takenAt ? f.moment(hook.takenAt, now) : v.never,
              f.number(hook.counts.waiting),
              f.number(hook.counts.failed),
            ],
          }))}
          open={open}
          onOpen={setOpen}
        />
      )}
      {opened && (
        <OpenWebhook key={opened.id} webhook={opened} {...(added?.id === opened.id && { secret: added.secret })} onChange={answer.again} />
      )}
      <AccessKeys to="read" />
    </>
  );
}

function State({ hook }: { hook: WireWebhook }) {
  const { w, f } = useWords();
  const v = w.webhooks;
  const now = useNow();
  const well = hook.state === 'on' && !hook.trouble;
  return (
    <span className={well ? 'row state-of well-of' : hook.trouble ? 'row not-well' : 'row second'}>
      {well ? <i className="dot" /> : <Icon name={hook.trouble ? 'alert' : 'pause'} />}
      {hook.state === 'off' ? v.off : hook.trouble ? <b>{v.failing(f.moment(hook.trouble.since, now))}</b> : v.on}
    </span>
  );
}

const hostOf = (url: string): string => URL.parse(url)?.host ?? url;
