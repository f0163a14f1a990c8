import { useEffect, useState } from 'react';
import { Icon } from '../../icons.tsx';
import { useNow } from '../../now.ts';
import { useAgreed } from '../../parts/entry.tsx';
import { useTrouble } from '../../trouble.ts';
import { useApi } from '../../use-api.ts';
import { useWords } from '../../words/words.tsx';
import { OpenTable } from '../open-table.tsx';
import { Connect } from './connect.tsx';
import { OpenSource } from './open.tsx';
import { State, stateOf } from './state.tsx';
import type { Added, Answer } from './wire.ts';

/** How often an open page asks anew: while something is under way, and otherwise. */
const lookEveryMs = { soon: 2_000, otherwise: 15_000 };

/** Connected CRMs, and connecting one. */
export function Crms({ admin }: { admin: boolean }) {
  const { w, f } = useWords();
  const inWords = useTrouble();
  const c = w.crm;
  const now = useNow();
  const answer = useApi<Answer>({ route: 'sources' });
  const inForce = useAgreed();
  const [open, setOpen] = useState<string>();
  const [connecting, setConnecting] = useState(false);
  const [added, setAdded] = useState<Added>();
  const here = answer.state === 'here' ? answer.value : undefined;
  const items = here?.items ?? [];
  const opened = items.find(({ id }) => id === open);
  const moving = items.some((one) => stateOf(one) === 'importing' || one.counts.waiting > 0);
  const { again } = answer;
  useEffect(() => {
    if (items.length === 0) return;
    const timer = setInterval(again, moving ? lookEveryMs.soon : lookEveryMs.otherwise);
    return () => clearInterval(timer);
  }, [again, moving, items.length]);
  return (
    <section className="crms">
      <div className="row crms-head">
        <div className="grow">
          <h2>{c.title}</h2>
          <p className="second">{c.text}</p>
        </div>
        {admin && here && !connecting && (
          <button type="button" className="btn" onClick={() => setConnecting(true)}>
            <Icon name="plus" />
            {c.connect}
          </button>
        )}
      </div>
      {connecting && here && (
        <Connect
          kinds={here.kinds}
          redirects={here.redirects}
          onCancel={() => setConnecting(false)}
          onConnected={(one) => {
            setConnecting(false);
            setAdded(one);
            setOpen(one.source.id);
            again();
          }}
        />
      )}
      {answer.state === 'failed' && (
        <p className="help wrong" role="alert">
          {inWords(answer.trouble)}
        </p>
      )}
      {here && items.length === 0 && !connecting && (
        <div className="well">
          <b>{c.none}</b>
          <p className="second">{admin ? c.noneText : c.noneTextOther}</p>
        </div>
      )}
      {items.length > 0 && (
        <OpenTable
          label={c.title}
          columns={[
            { head: c.source },
            { head: c.state },
            { head: c.lastSync },
            { head: c.people, num: true },
            { head: c.waiting, num: true },
            { head: c.refused, num: true },
          ]}
          rows={items.map((one) => ({
            id: one.id,
            name: one.name,
            small: one.knownAs,
            cells: [
              <State key="state" source={one} />,
              one.pulledAt ? f.moment(one.pulledAt, now) : c.never,
              f.number(one.counts.people),
              f.number(one.counts.waiting),
              one.counts.refused > 0 ? (
                <span key="refused" className="not-well">
                  <b>{f.number(one.counts.refused)}</b>
                </span>
              ) : (
                f.number(0)
              ),
            ],
          }))}
          open={open}
          onOpen={setOpen}
        />
      )}
      {opened && (
        <OpenSource
          key={opened.id}
          source={opened}
          kind={here?.kinds.find(({ id }) => id === opened.source)}
          {...(inForce && { agreement: inForce })}
          {...(added?.source.id === opened.id && { found: added.findings })}
          admin={admin}
          onChange={again}
        />
      )}
    </section>
  );
}
