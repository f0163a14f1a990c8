import { useState } from 'react';
import type { Intent } from '../../../lib/funnel/words.ts';
import { Termed } from '../../parts/entry.tsx';
import { Wrong } from '../../parts/wrong.tsx';
import { useTrouble } from '../../trouble.ts';
import { call, useApi } from '../../use-api.ts';
import { useWords } from '../../words/words.tsx';
import { useWorld } from '../../world.tsx';

export interface CampaignLine {
  id: string;
  name: string;
  channel: string;
  intent: Intent;
}

/** Campaigns found by their name, as ticks. */
export function CampaignTicks(props: { isOn: (campaign: CampaignLine) => boolean; onTick: (campaign: CampaignLine, on: boolean) => void }) {
  const { w } = useWords();
  const inWords = useTrouble();
  const r = w.rules;
  const [text, setText] = useState('');
  const answer = useApi<{ items: CampaignLine[] }>({
    route: 'campaigns',
    query: { limit: '50', ...(text.trim() && { q: text.trim() }) },
  });
  const items = answer.state === 'here' ? answer.value.items : [];
  return (
    <div className="campaign-ticks">
      <input
        className="field half"
        aria-label={r.findCampaign}
        placeholder={r.findCampaign}
        value={text}
        onChange={(e) => setText(e.target.value)}
      />
      {answer.state === 'failed' && <p className="help wrong">{inWords(answer.trouble)}</p>}
      {answer.state === 'here' && !items.length && <p className="second">{r.noCampaign}</p>}
      <div className="ticks-scroll">
        {items.map((campaign) => (
          <label key={campaign.id} className="tick">
            <input type="checkbox" checked={props.isOn(campaign)} onChange={(e) => props.onTick(campaign, e.target.checked)} />
            <span>
              <bdi>{campaign.name}</bdi>
            </span>
          </label>
        ))}
      </div>
    </div>
  );
}

/** Which campaigns ask for sales by themselves. */
export function HighIntent({ edits }: { edits: boolean }) {
  const { w, f } = useWords();
  const inWords = useTrouble();
  const r = w.rules;
  const { ask } = useWorld();
  const [open, setOpen] = useState(false);
  const [changed, setChanged] = useState<ReadonlyMap<string, Intent>>(new Map());
  const [wrong, setWrong] = useState<string>();
  const answer = useApi<{ items: CampaignLine[] }>({ route: 'campaigns', query: { limit: '200' } });
  const items = answer.state === 'here' ? answer.value.items : [];
  const intentOf = ({ id, intent }: CampaignLine) => changed.get(id) ?? intent;
  const marked = items.filter((one) => intentOf(one) === 'high');
  const mark = (campaign: CampaignLine, on: boolean) => {
    const intent = on ? 'high' : 'standard';
    setWrong(undefined);
    setChanged(new Map(changed).set(campaign.id, intent));
    call(ask, { route: 'changeCampaign', params: { id: campaign.id }, body: { intent } }).catch((error) => {
      setChanged((now) => new Map(now).set(campaign.id, on ? 'standard' : 'high'));
      setWrong(inWords(error));
    });
  };
  return (
    <section className="section-gap">
      <h2>{r.campaignsHead}</h2>
      <p>
        <Termed text={r.campaignsText} />
      </p>
      {answer.state === 'here' && (
        <p>
          <bdi>{marked.length ? f.list(marked.map(({ name }) => name)) : r.noHigh}</bdi>
        </p>
      )}
      {edits && (
        <button
          type="button"
          className="btn small"
          aria-expanded={open}
          onClick={() => {
            setOpen(!open);
            if (open) answer.again();
          }}
        >
          {open ? r.done : r.mark}
        </button>
      )}
      {open && <CampaignTicks isOn={(one) => intentOf(one) === 'high'} onTick={mark} />}
      <Wrong>{wrong}</Wrong>
    </section>
  );
}
