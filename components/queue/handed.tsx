import { useState } from 'react';
import type { HandedOver, handoffs } from '../../lib/contract/routes/handoffs.ts';
import type { z } from '../../lib/contract/z.ts';
import type { Agreement } from '../../lib/funnel/agreement.ts';
import { clockAt } from '../../lib/funnel/clock.ts';
import { type HandoffState, handoffStates } from '../../lib/funnel/words.ts';
import { clockWords } from '../card/owes.ts';
import { useNow } from '../now.ts';
import { Failed, Shapes } from '../parts/answering.tsx';
import { ClockLine } from '../parts/clock.tsx';
import { ReasonEntry, StageEntry } from '../parts/entry.tsx';
import { Scrolls } from '../parts/scrolls.tsx';
import { Segments } from '../parts/segments.tsx';
import { CallTrouble, call, useApi } from '../use-api.ts';
import { useWords } from '../words/words.tsx';
import { useWorld } from '../world.tsx';

type Answer = z.output<NonNullable<(typeof handoffs)['answer']>>;
const days = 90;

/** What marketing handed over and where it stands. */
export function Handed({ agreement, onLead }: { agreement?: Agreement; onLead: (lead: string) => void }) {
  const { w } = useWords();
  const world = useWorld();
  const q = w.queue;
  const [state, setState] = useState<HandoffState | 'all'>('all');
  // Whole days, so that the same question is asked for as long as the page is open.
  const [since] = useState(() => new Date(Math.floor(world.now() / 86_400_000 - days) * 86_400_000).toISOString());
  const query = { since, ...(state !== 'all' && { state }) };
  const answer = useApi<Answer>({ route: 'handoffs', query });
  const [older, setOlder] = useState<{ of: string; items: HandedOver[]; next?: string }>();
  const [trouble, setTrouble] = useState<CallTrouble>();
  if (answer.state === 'waiting') return <Shapes />;
  if (answer.state === 'failed') return <Failed trouble={answer.trouble} onAgain={answer.again} />;
  const { counts } = answer.value;
  const more = older?.of === state ? older : undefined;
  const items = [...answer.value.items, ...(more?.items ?? [])];
  const next = more ? more.next : answer.value.next;
  const load = () =>
    call<Answer>(world.ask, { route: 'handoffs', query: { ...query, before: next! } }).then(
      (page) => setOlder({ of: state, items: [...(more?.items ?? []), ...page.items], next: page.next }),
      (error: unknown) => setTrouble(error instanceof CallTrouble ? error : new CallTrouble('fault', String(error))),
    );
  const all = handoffStates.reduce((sum, one) => sum + counts[one], 0);
  return (
    <>
      <p className="second">{q.handedText(days)}</p>
      <Segments
        label={q.stands}
        small
        value={state}
        items={(['all', ...handoffStates] as const).map((value) => ({
          value,
          label: (
            <>
              {value === 'all' ? q.groups.all : q.handoffState[value]}{' '}
              <span className="quiet n">{value === 'all' ? all : counts[value]}</span>
            </>
          ),
        }))}
        onPick={setState}
      />
      {items.length ? (
        <Scrolls label={q.groups.handed}>
          <table className="table tall handed">
            <thead>
              <tr>
                <th scope="col">
                  <StageEntry stage="lead" word />
                </th>
                <th scope="col">{q.handedOn}</th>
                <th scope="col">{q.engaged}</th>
                <th scope="col">{q.stands}</th>
              </tr>
            </thead>
            <tbody>
              {items.map((item) => (
                <Row key={item.id} item={item} agreement={agreement} onLead={onLead} />
              ))}
            </tbody>
          </table>
        </Scrolls>
      ) : (
        <div className="void">
          <h2>{state === 'all' ? q.noneHanded : q.noneFit}</h2>
          {state === 'all' && <p className="second">{q.noneHandedText}</p>}
        </div>
      )}
      {trouble && <Failed trouble={trouble} onAgain={() => void load()} />}
      {next && (
        <button type="button" className="btn small plain" onClick={() => void load()}>
          {q.more}
        </button>
      )}
    </>
  );
}

function Row({ item, agreement, onLead }: { item: HandedOver; agreement?: Agreement; onLead: (lead: string) => void }) {
  const { w, f } = useWords();
  const now = useNow();
  const campaigns = item.campaigns.map(({ name }) => name).join(', ');
  const clock = item.clock && clockAt(item.clock, new Date(now).toISOString(), agreement?.calendar);
  return (
    <tr>
      <th scope="row">
        <button type="button" className="btn link inline" title={item.person.name} onClick={() => onLead(item.lead)}>
          <bdi className="cut">{item.person.name}</bdi>
        </button>
        {item.person.company && (
          <small className="cut">
            <bdi>{item.person.company}</bdi>
          </small>
        )}
      </th>
      <td>
        <time dateTime={item.openedAt}>{f.moment(item.openedAt, now)}</time>
        <small className="cut block">{item.by === undefined ? w.queue.byHistory : <bdi>{w.queue.byWhom(item.by)}</bdi>}</small>
      </td>
      <td className="second">
        {campaigns ? (
          <bdi className="clamp" title={campaigns}>
            {campaigns}
          </bdi>
        ) : (
          <span className="quiet">–</span>
        )}
      </td>
      <td>
        <span className="row">
          {w.queue.handoffState[item.state]}
          {item.state !== 'waiting' && <StageEntry stage={item.stage} />}
        </span>
        {clock && clock.state !== 'none' ? (
          <ClockLine clock={clock} words={clockWords(clock, agreement, now, w, f)} />
        ) : (
          <small className="block">
            {item.reason && <ReasonEntry code={item.reason} within />}
            {item.reason && item.holder && w.joint}
            <bdi>{item.holder}</bdi>
          </small>
        )}
      </td>
    </tr>
  );
}
