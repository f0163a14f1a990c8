import type { ReactNode } from 'react';
import type { Card } from '../../lib/contract/card.ts';
import { Icon } from '../icons.tsx';
import { Strip } from '../parts/strip.tsx';
import { useWords } from '../words/words.tsx';
import { useDoing } from './doing.tsx';
import { FoldButton } from './frame.tsx';

/** Name, title and company, funnel. The title gives way first, but not all of it, then the company, then the name. */
export function Who({ card, others }: { card: Card; others?: ReactNode }) {
  const { name, title, company, segment } = card.person;
  const { w } = useWords();
  return (
    <>
      <div className="who-name">
        <h1 className="cut grow" title={name}>
          <bdi>{name || w.card.nameless}</bdi>
        </h1>
        {others}
        <FoldButton />
      </div>
      <p className="who-what" title={[title, company, segment && `${w.report.segment}: ${segment}`].filter(Boolean).join(w.joint)}>
        {title && (
          <span className="cut who-title">
            <bdi>{title}</bdi>
          </span>
        )}
        {title && company && <span className="who-joint">{w.joint}</span>}
        {company && (
          <span className="cut who-company">
            <bdi>{company}</bdi>
          </span>
        )}
        {!title && !company && <Address card={card} />}
        {segment && (
          <span className="cut quiet who-segment">
            {w.joint}
            <bdi>{segment}</bdi>
          </span>
        )}
      </p>
      <Where card={card} />
    </>
  );
}

const Address = ({ card }: { card: Card }) => {
  const key = card.person.keys.find((k) => k.kind === 'email') ?? card.person.keys[0];
  return <span className="cut">{key?.value}</span>;
};

function Where({ card }: { card: Card }) {
  const { w, f } = useWords();
  const { me } = useDoing().scene;
  const { panel, show, now } = useDoing();
  const own = card.origin === 'sales' && card.stage === 'sal';
  const said = own
    ? card.owner.id === me?.id
      ? w.card.ownLead
      : w.card.salesLead
    : card.stage === 'customer' || card.criteria.of.length === 0
      ? w.card.since(f.day(card.since, now))
      : w.card.criteria(card.criteria.met.length, card.criteria.of.length);
  return (
    <div className="who-where">
      <Strip stage={card.stage} passed={card.passed} />
      <button
        type="button"
        className="btn link def cut"
        title={w.card.definition}
        aria-expanded={panel === 'definition'}
        onClick={() => show(panel === 'definition' ? undefined : 'definition')}
      >
        <b>{w.stage[card.stage]}</b>
        <span className="quiet cut" title={said}>
          {w.joint.trimStart()}
          {said}
        </span>
      </button>
    </div>
  );
}

export const OthersButton = ({ count, onClick }: { count: number; onClick: () => void }) => {
  const { w } = useWords();
  return (
    <button
      type="button"
      className="btn small plain others"
      onClick={onClick}
      title={w.card.others(count)}
      aria-label={w.card.others(count)}
    >
      <Icon name="users" />
      {count}
    </button>
  );
};
