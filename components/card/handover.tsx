import { lazy, Suspense, useId, useState } from 'react';
import type { Agreement } from '../../lib/funnel/agreement.ts';
import { addBusinessMinutes } from '../../lib/funnel/clock.ts';
import { ActButton } from '../trust.tsx';
import { fill, useWords } from '../words/words.tsx';
import { useDoing } from './doing.tsx';
import { PanelHead } from './panel.tsx';
import type { User } from './pick-user.tsx';
import { Ticks } from './qualify.tsx';
import { useSellers } from './users.ts';
import { keptLines, whyLines } from './why.tsx';

const PickUser = lazy(() => import('./pick-user.tsx'));
const most = 10;

/** To whom, what is met, why now. The clock it starts is named under the button. */
export function HandOver({ agreement }: { agreement: Agreement }) {
  const { card, decide, show, now } = useDoing();
  const { w, f } = useWords();
  const c = w.card;
  const id = useId();
  const users = useSellers();
  const criteria = agreement.stages.mql?.criteria ?? [];
  const [to, setTo] = useState<User | null>(null);
  const [met, setMet] = useState<string[]>(card.criteria.met.filter((x) => criteria.some((k) => k.id === x)));
  const [high, setHigh] = useState(card.intent === 'high');
  const [proposed] = useState(() => whyLines({ ...card, stage: 'mql' }, w));
  const [why, setWhy] = useState(() => proposed.map((l) => l.text).join('\n'));
  const hours = agreement.allowed.mql?.[high ? 'high' : 'standard'];
  const lines = why
    .split('\n')
    .map((l) => l.trim().slice(0, 400))
    .filter(Boolean)
    .slice(0, most);
  const due = hours === undefined ? undefined : dueOf(agreement, now, hours);
  return (
    <div className="panel">
      <PanelHead onClose={() => show(undefined)}>{c.handOver}</PanelHead>
      {Array.isArray(users) ? (
        <Suspense fallback={<span className="ghost wide" />}>
          <PickUser label={c.handTo} users={users} value={to} onPick={setTo} />
        </Suspense>
      ) : (
        users === 'failed' && <p className="help">{c.noUsers}</p>
      )}
      {criteria.length > 0 && (
        <fieldset>
          <legend className="label">
            {c.met} <span className="quiet">{w.joint.trimStart() + c.byAgreement(agreement.version)}</span>
          </legend>
          <Ticks items={criteria} on={met} onChange={setMet} />
        </fieldset>
      )}
      <label className="tick">
        <input type="checkbox" checked={high} onChange={(e) => setHigh(e.target.checked)} />
        <span>{c.highIntent}</span>
      </label>
      <label className="label" htmlFor={`${id}-why`}>
        {c.whyNow} <span className="quiet">{w.joint.trimStart() + c.whyNowHint}</span>
      </label>
      <textarea id={`${id}-why`} className="field" rows={2} value={why} onChange={(e) => setWhy(e.target.value)} />
      <ActButton
        className="btn main wide"
        disabled={!lines.length}
        onAct={() =>
          void decide({
            kind: 'hand_over',
            ...(to && { to: to.id }),
            criteria: met,
            why: keptLines(lines, proposed),
            intent: high ? 'high' : 'standard',
          })
        }
      >
        <span className="cut">{to ? fill(c.handOverTo, { name: <bdi>{to.name}</bdi> }) : c.handOverPool}</span>
      </ActButton>
      {hours !== undefined && due && <p className="help">{c.startsClock(hours, f.moment(due, now))}</p>}
    </div>
  );
}

function dueOf(agreement: Agreement, now: number, hours: number): string | undefined {
  try {
    return addBusinessMinutes(agreement.calendar, new Date(now).toISOString(), hours * 60);
  } catch {
    // A calendar without enough hours: no time can be named, and none is.
    return undefined;
  }
}
