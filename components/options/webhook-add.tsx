import { type FormEvent, useId, useState } from 'react';
import type { WireWebhook } from '../../lib/contract/routes/webhooks.ts';
import { Option, Switch } from '../parts/page.tsx';
import { CallTrouble, call } from '../use-api.ts';
import { useWords } from '../words/words.tsx';
import { useWorld } from '../world.tsx';
import { type Group, groupNames, groups } from './webhook-kinds.ts';

interface Props {
  onAdded: (webhook: WireWebhook, secret: string) => void;
  onCancel: () => void;
}

export function AddWebhook({ onAdded, onCancel }: Props) {
  const { w } = useWords();
  const v = w.webhooks;
  const { ask } = useWorld();
  const id = useId();
  const [name, setName] = useState('');
  const [url, setUrl] = useState('');
  const [chosen, setChosen] = useState<readonly Group[]>([]);
  const [person, setPerson] = useState(false);
  const [wrong, setWrong] = useState<string>();
  const add = (event: FormEvent) => {
    event.preventDefault();
    setWrong(undefined);
    const body = { name: name.trim(), url: url.trim(), kinds: chosen.flatMap((group) => groups[group]), person };
    call<{ webhook: WireWebhook; secret: string }>(ask, { route: 'addWebhook', body }).then(
      ({ webhook, secret }) => onAdded(webhook, secret),
      (error) => setWrong(error instanceof CallTrouble ? error.message : w.failed),
    );
  };
  return (
    <form className="well form-of" onSubmit={add}>
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
      {wrong && (
        <p className="help wrong" role="alert">
          {wrong}
        </p>
      )}
      <div className="row">
        <button type="submit" className="btn main" disabled={!name.trim() || !url.trim()}>
          {name.trim() ? v.make(name.trim()) : v.add}
        </button>
        <button type="button" className="btn plain" onClick={onCancel}>
          {w.cancel}
        </button>
      </div>
    </form>
  );
}
