import { type FormEvent, useId, useState } from 'react';
import type { EventKind } from '../../lib/contract/routes/events.ts';
import type { WireWebhook } from '../../lib/contract/routes/webhooks.ts';
import { Option, Switch } from '../parts/page.tsx';
import { Wrong } from '../parts/wrong.tsx';
import { useTrouble } from '../trouble.ts';
import { call } from '../use-api.ts';
import { useWords } from '../words/words.tsx';
import { useWorld } from '../world.tsx';
import { type Group, groupNames, groups, groupsIn, looseIn } from './webhook-kinds.ts';

interface Props {
  /** One that is to be changed; absent: a new one. */
  webhook?: WireWebhook;
  /** `secret`: of a new one. */
  onDone: (webhook: WireWebhook, secret?: string) => void;
  onCancel: () => void;
}

/** What a webhook is called, where it goes and what it tells. */
export function WebhookForm({ webhook, onDone, onCancel }: Props) {
  const { w } = useWords();
  const inWords = useTrouble();
  const v = w.webhooks;
  const { ask } = useWorld();
  const id = useId();
  const [name, setName] = useState(webhook?.name ?? '');
  const [url, setUrl] = useState(webhook?.url ?? '');
  const [chosen, setChosen] = useState<readonly Group[]>(() => groupsIn(webhook?.kinds ?? []));
  const [person, setPerson] = useState(webhook?.person ?? false);
  const [wrong, setWrong] = useState<string>();
  const send = (event: FormEvent) => {
    event.preventDefault();
    setWrong(undefined);
    const kinds = new Set<EventKind>([...chosen.flatMap((group) => groups[group]), ...looseIn(webhook?.kinds ?? [])]);
    const body = { name: name.trim(), url: url.trim(), kinds: [...kinds], person };
    const sent: Promise<void> = webhook
      ? call<WireWebhook>(ask, { route: 'changeWebhook', params: { id: webhook.id }, body }).then((changed) => onDone(changed))
      : call<{ webhook: WireWebhook; secret: string }>(ask, { route: 'addWebhook', body }).then((added) =>
          onDone(added.webhook, added.secret),
        );
    sent.catch((error) => setWrong(inWords(error)));
  };
  return (
    <form className={webhook ? 'form-of within' : 'well form-of'} onSubmit={send}>
      <div>
        <label className="label" htmlFor={`${id}n`}>
          {v.name}
        </label>
        <input
          id={`${id}n`}
          className="field half"
          placeholder={v.nameHint}
          maxLength={200}
          value={name}
          onChange={(e) => setName(e.target.value)}
        />
      </div>
      <div>
        <label className="label" htmlFor={`${id}u`}>
          {v.address}
        </label>
        <input
          id={`${id}u`}
          className="field"
          type="url"
          placeholder={v.addressHint}
          maxLength={2000}
          value={url}
          aria-describedby={`${id}h`}
          aria-invalid={wrong !== undefined}
          onChange={(e) => setUrl(e.target.value)}
        />
        <p className="help" id={`${id}h`}>
          {v.addressText}
        </p>
      </div>
      <fieldset>
        <legend className="label">{v.tells}</legend>
        <div className="chips">
          {groupNames.map((group) => (
            <button
              key={group}
              type="button"
              className="chip"
              aria-pressed={chosen.includes(group)}
              onClick={() => setChosen(chosen.includes(group) ? chosen.filter((one) => one !== group) : [...chosen, group])}
            >
              <span>{v.kinds[group]}</span>
            </button>
          ))}
        </div>
        <p className="help">{v.tellsText}</p>
      </fieldset>
      <Option title={v.person} control={<Switch label={v.person} on={person} onChange={setPerson} />}>
        {v.personText}
      </Option>
      <Wrong>{wrong}</Wrong>
      <div className="row">
        <button type="submit" className="btn main" disabled={!name.trim() || !url.trim()}>
          {webhook ? v.keepChanges : name.trim() ? v.make(name.trim()) : v.add}
        </button>
        <button type="button" className="btn plain" onClick={onCancel}>
          {w.cancel}
        </button>
      </div>
    </form>
  );
}
