import { lazy, type ReactNode, Suspense, useId, useState } from 'react';
import { BridgeError } from '../../lib/bridge/ask.ts';
import type { Me } from '../../lib/bridge/scene.ts';
import type { ReadyLead } from '../../lib/contract/routes/ready.ts';
import type { Agreement } from '../../lib/funnel/agreement.ts';
import type { User } from '../card/pick-user.tsx';
import { Ticks } from '../card/qualify.tsx';
import { useSellers } from '../card/users.ts';
import { useNow } from '../now.ts';
import { Failed, Shapes } from '../parts/answering.tsx';
import { Listed, ReasonEntry, StageEntry, Termed } from '../parts/entry.tsx';
import { Refused } from '../parts/refused.tsx';
import { Scrolls } from '../parts/scrolls.tsx';
import { Segments } from '../parts/segments.tsx';
import { ActButton } from '../trust.tsx';
import { useApi } from '../use-api.ts';
import { whyWords } from '../words/why.ts';
import { fill, useWords } from '../words/words.tsx';
import { useWorld } from '../world.tsx';
import { SegmentPick } from './filters.tsx';
import { Pick } from './pick.tsx';
import '../style/rules.css';

const PickUser = lazy(() => import('../card/pick-user.tsx'));

type Of = 'waking' | 'active' | 'campaign';
/** What became of a lead that was handed over: saved here, or refused with a sentence. */
type Outcome = { saved: true } | { saved: false; why?: BridgeError };
const most = 10;

/** Leads that marketing could hand over, several at once: to whom, criteria met, why now. */
export function ReadyList({ me, agreement }: { me?: Me; agreement?: Agreement }) {
  const { w } = useWords();
  const r = w.rules;
  const [of, setOf] = useState<Of>('waking');
  const [campaign, setCampaign] = useState<string>();
  const [segment, setSegment] = useState<string>();
  const campaigns = useApi<{ items: { id: string; name: string; people: number }[] }>({ route: 'campaigns', query: { limit: '200' } });
  const named = campaigns.state === 'here' ? campaigns.value.items.filter(({ people }) => people > 0) : [];
  const shown = of === 'campaign' ? (campaign ?? named[0]?.id) : undefined;
  const wanted: Of = of === 'campaign' && shown === undefined ? 'active' : of;
  const answer = useApi<{ items: ReadyLead[]; more: boolean }>({
    route: 'readyLeads',
    query: { of: wanted, ...(shown && { campaign: shown }), ...(segment && { segment }) },
  });
  return (
    <>
      <header className="section-head">
        <div className="grow">
          <h1>{r.listTitle}</h1>
          <p className="second">{me?.role === 'marketer' ? r.listText : `${r.listText} ${r.onlyMarketers}`}</p>
        </div>
      </header>
      <div className="filters ready-filters">
        <Segments
          small
          label={r.of}
          value={of}
          items={[
            { value: 'waking', label: r.waking },
            { value: 'active', label: r.active },
            { value: 'campaign', label: r.ofCampaign },
          ]}
          onPick={setOf}
        />
        {of === 'campaign' && shown && (
          <Pick
            label={w.report.campaign}
            value={shown}
            items={named.map(({ id, name }) => ({ value: id, label: name }))}
            onPick={setCampaign}
          />
        )}
        <SegmentPick segment={segment} onPick={setSegment} />
      </div>
      {answer.state === 'waiting' ? (
        <Shapes />
      ) : answer.state === 'failed' ? (
        <Failed trouble={answer.trouble} onAgain={answer.again} />
      ) : answer.value.items.length === 0 ? (
        <div className="void">
          <h2>{r.nobody}</h2>
          <p className="second">
            <Termed text={r.nobodyText} />
          </p>
        </div>
      ) : (
        <Leads key={`${wanted} ${shown} ${segment}`} {...answer.value} hands={me?.role === 'marketer'} agreement={agreement} />
      )}
    </>
  );
}

function Leads({ items, more, hands, agreement }: { items: ReadyLead[]; more: boolean; hands: boolean; agreement?: Agreement }) {
  const { w, f } = useWords();
  const r = w.rules;
  const now = useNow();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [outcomes, setOutcomes] = useState<ReadonlyMap<string, Outcome>>(new Map());
  // Who is handed over has left the list for good; who was refused can be chosen again.
  const free = items.filter(({ lead }) => outcomes.get(lead)?.saved !== true);
  const marked = free.filter(({ lead }) => chosen.has(lead));
  const tick = (lead: string, on: boolean) => {
    const next = new Set(chosen);
    if (on) next.add(lead);
    else next.delete(lead);
    setChosen(next);
  };
  const story = ({ returned: { times, last }, wakesOn, wakesOnStrongTouch }: ReadyLead): ReactNode[] =>
    [
      times > 0 && r.cameBack(times),
      last &&
        fill(r.lastReason('{reason}', '{by}'), {
          reason: <ReasonEntry code={last.reason} within />,
          by: <bdi>{last.by}</bdi>,
        }),
      wakesOn && r.comesBack(f.date(wakesOn, now)),
      wakesOnStrongTouch && r.awaits,
    ].filter(Boolean);
  return (
    <>
      <Scrolls label={r.listTitle}>
        <table className="table many ready">
          <thead>
            <tr>
              {hands && (
                <th scope="col">
                  <span className="tick">
                    <input
                      type="checkbox"
                      aria-label={r.chooseAll}
                      checked={free.length > 0 && marked.length === free.length}
                      onChange={(e) => setChosen(new Set(e.target.checked ? free.map(({ lead }) => lead) : []))}
                    />
                  </span>
                </th>
              )}
              <th scope="col">{r.person}</th>
              <th scope="col">{r.lastDid}</th>
              <th scope="col">{r.why}</th>
              <th scope="col" className="num">
                <Termed text={r.touches} />
              </th>
            </tr>
          </thead>
          <tbody>
            {items.map((item) => {
              const { lead, person, stage, lastAt, why, touches } = item;
              const outcome = outcomes.get(lead);
              const about = story(item);
              return (
                <tr key={lead}>
                  {hands && (
                    <td>
                      <span className="tick">
                        <input
                          type="checkbox"
                          aria-label={r.choose(person.name)}
                          disabled={outcome?.saved === true}
                          checked={chosen.has(lead) && outcome?.saved !== true}
                          onChange={(e) => tick(lead, e.target.checked)}
                        />
                      </span>
                    </td>
                  )}
                  <th scope="row">
                    <b className="cut" title={person.name}>
                      <bdi>{person.name}</bdi>
                    </b>
                    <small className="cut">
                      <bdi>{[person.title, person.company].filter(Boolean).join(w.joint)}</bdi>
                    </small>
                    {about.length > 0 && (
                      <small>
                        <Listed between={w.joint} items={about.map((node, i) => ({ key: String(i), node }))} />
                      </small>
                    )}
                    {outcome &&
                      (outcome.saved ? (
                        <small className="second">{r.handed(1)}</small>
                      ) : (
                        <small className="help wrong">
                          <Refused sentence={outcome.why?.sentence} refusal={outcome.why?.refusal} otherwise={w.failed} />
                        </small>
                      ))}
                  </th>
                  <td className="second">
                    {lastAt ? f.moment(lastAt, now) : '–'}
                    <small className="before">
                      <StageEntry stage={stage} />
                    </small>
                  </td>
                  <td className="second">
                    <bdi>{why.map((line) => whyWords(line, w)).join(w.joint) || '–'}</bdi>
                  </td>
                  <td className="num">{f.number(touches)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </Scrolls>
      {more && <p className="help">{r.more(items.length)}</p>}
      {hands && agreement && (
        <HandThem
          chosen={marked}
          agreement={agreement}
          onOutcome={(lead, outcome) => {
            setOutcomes((known) => new Map(known).set(lead, outcome));
            if (outcome.saved) setChosen((known) => new Set([...known].filter((one) => one !== lead)));
          }}
        />
      )}
    </>
  );
}

/** The acts go through the outbox one by one: each is kept on this device, and each can be undone on its card. */
function HandThem(props: { chosen: ReadyLead[]; agreement: Agreement; onOutcome: (lead: string, outcome: Outcome) => void }) {
  const { chosen, agreement, onOutcome } = props;
  const { w } = useWords();
  const r = w.rules;
  const { ask } = useWorld();
  const id = useId();
  const users = useSellers();
  const [to, setTo] = useState<User | null>(null);
  const [met, setMet] = useState<string[]>([]);
  const [high, setHigh] = useState(false);
  const [why, setWhy] = useState('');
  const [going, setGoing] = useState<{ done: number; of: number }>();
  const [said, setSaid] = useState<{ saved: number; refused: number }>();
  const criteria = agreement.stages.mql?.criteria ?? [];
  const lines = why
    .split('\n')
    .map((line) => line.trim().slice(0, 400))
    .filter(Boolean)
    .slice(0, most);
  const hand = async () => {
    setSaid(undefined);
    let saved = 0;
    for (const [i, lead] of chosen.entries()) {
      setGoing({ done: i, of: chosen.length });
      const outcome = await ask('decide', {
        lead: lead.lead,
        decision: {
          kind: 'hand_over',
          ...(to && { to: to.id }),
          criteria: met,
          why: lines.length > 0 ? lines : lead.why,
          intent: high ? 'high' : 'standard',
        },
      }).then(
        (): Outcome => ({ saved: true }),
        (error: unknown): Outcome => ({ saved: false, ...(error instanceof BridgeError && { why: error }) }),
      );
      if (outcome.saved) saved++;
      onOutcome(lead.lead, outcome);
    }
    setGoing(undefined);
    setSaid({ saved, refused: chosen.length - saved });
  };
  return (
    <section className="hand-them">
      <p className="strong" role="status">
        {going
          ? r.handing(going.done, going.of)
          : said
            ? [said.saved > 0 && r.handed(said.saved), said.refused > 0 && r.refused(said.refused)].filter(Boolean).join(w.joint)
            : r.chosen(chosen.length)}
      </p>
      {chosen.length > 0 && !going && (
        <div className="hand-them-form">
          {Array.isArray(users) && (
            <div>
              <Suspense fallback={<span className="ghost wide" />}>
                <PickUser label={w.card.handTo} users={users} value={to} onPick={setTo} />
              </Suspense>
            </div>
          )}
          {criteria.length > 0 && (
            <fieldset>
              <legend className="label">
                {w.card.met} <span className="quiet">{w.joint.trimStart() + w.card.byAgreement(agreement.version)}</span>
              </legend>
              <Ticks items={criteria} on={met} onChange={setMet} />
            </fieldset>
          )}
          <label className="tick">
            <input type="checkbox" checked={high} onChange={(e) => setHigh(e.target.checked)} />
            <span>{w.card.highIntent}</span>
          </label>
          <div>
            <label className="label" htmlFor={`${id}-why`}>
              {r.whyEach} <span className="quiet">{w.joint.trimStart() + r.whyEachText}</span>
            </label>
            <textarea id={`${id}-why`} className="field" rows={2} value={why} onChange={(e) => setWhy(e.target.value)} />
          </div>
          <ActButton className="btn main" onAct={() => void hand()}>
            {to ? fill(`${r.handThem(chosen.length)}: {name}`, { name: <bdi>{to.name}</bdi> }) : r.handThem(chosen.length)}
          </ActButton>
        </div>
      )}
    </section>
  );
}
