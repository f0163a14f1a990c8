import { useEffect, useId, useState } from 'react';
import type { CampaignOnCard, Touch } from '../../lib/contract/card.ts';
import { passiveKinds } from '../../lib/funnel/words.ts';
import { Icon } from '../icons.tsx';
import { Points } from '../parts/points.tsx';
import { fill, useWords } from '../words/words.tsx';
import { useWorld } from '../world.tsx';
import { useDoing } from './doing.tsx';
import { shortName } from './return.tsx';
import { touchWords } from './why.tsx';

const atFirst = 4;

/** What touched the person; for a lead that sales added, what touched others at its company, marked as such. */
export function Campaigns() {
  const { card } = useDoing();
  const { w } = useWords();
  const own = card.campaigns;
  if (!own.length && card.company?.campaigns.length)
    return (
      <section className="camps">
        <h2>
          <span className="cut">{fill(w.card.othersAt, { company: <bdi>{card.person.company}</bdi> })}</span>
          <span className="hint">{w.card.people(card.company.people)}</span>
        </h2>
        <List campaigns={card.company.campaigns} ofOthers />
        <p className="help">{fill(w.card.colleaguesOnly, { name: <bdi>{shortName(card.person.name)}</bdi> })}</p>
      </section>
    );
  return (
    <section className="camps">
      <h2>
        {w.card.campaigns}
        {own.length > 0 && <span className="hint">{w.card.activeTouches}</span>}
      </h2>
      {own.length ? <List campaigns={own} /> : <p className="help none">{w.card.noCampaigns}</p>}
    </section>
  );
}

function List({ campaigns, ofOthers }: { campaigns: CampaignOnCard[]; ofOthers?: boolean }) {
  const { w } = useWords();
  const [open, setOpen] = useState<string>();
  const [all, setAll] = useState(false);
  const shown = all ? campaigns : campaigns.slice(0, atFirst);
  return (
    <>
      <ul className="camp-list">
        {shown.map((campaign) => (
          <Campaign
            key={campaign.id}
            campaign={campaign}
            ofOthers={ofOthers}
            open={open === campaign.id}
            onToggle={() => setOpen(open === campaign.id ? undefined : campaign.id)}
          />
        ))}
      </ul>
      {campaigns.length > shown.length && (
        <button type="button" className="btn small plain" onClick={() => setAll(true)}>
          {w.card.showAllCampaigns(campaigns.length - shown.length)}
        </button>
      )}
    </>
  );
}

function Campaign(props: { campaign: CampaignOnCard; ofOthers?: boolean; open: boolean; onToggle: () => void }) {
  const { campaign, open, ofOthers } = props;
  const { w } = useWords();
  const id = useId();
  return (
    <li className={open ? 'open' : undefined}>
      <button type="button" className="camp-row" aria-expanded={open} aria-controls={id} onClick={props.onToggle}>
        <Icon name={open ? 'down' : 'right'} small />
        <span className="cut grow" title={campaign.name}>
          <bdi>{campaign.name}</bdi>
        </span>
        <span className="quiet t12">{w.channel[campaign.channel]}</span>
        <span className="n count">{campaign.active}</span>
      </button>
      {open && (
        <div className="camp-open" id={id}>
          {!ofOthers && <Touches campaign={campaign} />}
          {campaign.message && <Message message={campaign.message} />}
        </div>
      )}
    </li>
  );
}

/** Those on the card stand at once; the rest comes from the backend. Passive ones are counted apart and folded. */
function Touches({ campaign }: { campaign: CampaignOnCard }) {
  const { card, now } = useDoing();
  const { ask } = useWorld();
  const { w } = useWords();
  const here = card.recent.filter((t) => t.campaign === campaign.id);
  const [touches, setTouches] = useState<Touch[]>(here);
  const [next, setNext] = useState<string>();
  const [failed, setFailed] = useState(false);
  const [passiveOpen, setPassiveOpen] = useState(false);
  useEffect(() => {
    let wanted = true;
    ask('touches', { lead: card.id, campaign: campaign.id }).then(
      (answer) => {
        if (!wanted) return;
        setTouches(answer.items);
        setNext(answer.next);
      },
      () => wanted && setFailed(true),
    );
    return () => {
      wanted = false;
    };
  }, [ask, card.id, campaign.id]);
  const more = () =>
    ask('touches', { lead: card.id, campaign: campaign.id, before: next }).then(
      (answer) => {
        setTouches((known) => [...known, ...answer.items]);
        setNext(answer.next);
      },
      () => setFailed(true),
    );
  const active = touches.filter((t) => t.active);
  const passive = touches.filter((t) => !t.active);
  const kinds = passiveKinds
    .map((kind) => [kind, passive.filter((t) => t.kind === kind).length] as const)
    .filter(([, n]) => n > 0)
    .map(([kind, n]) => w.passive[kind](n));
  const complete = passive.length === campaign.passive;
  return (
    <>
      <ul className="line-of">
        {active.map((touch) => (
          <TouchLine key={touch.id} touch={touch} campaign={campaign.name} now={now} />
        ))}
      </ul>
      {failed && active.length < campaign.active && <p className="help">{w.card.noTouches}</p>}
      {next && (
        <button type="button" className="btn small plain fold" onClick={() => void more()}>
          {w.card.moreTouches}
        </button>
      )}
      {campaign.passive > 0 && (
        <button
          type="button"
          className="btn small plain fold"
          aria-expanded={passiveOpen}
          disabled={!passive.length}
          onClick={() => setPassiveOpen(!passiveOpen)}
        >
          <Icon name={passiveOpen ? 'down' : 'right'} small />
          {w.passive.folded(campaign.passive, complete ? kinds.join(', ') : '')}
        </button>
      )}
      {passiveOpen && (
        <ul className="line-of passive">
          {passive.map((touch) => (
            <TouchLine key={touch.id} touch={touch} campaign={campaign.name} now={now} />
          ))}
        </ul>
      )}
    </>
  );
}

function TouchLine({ touch, campaign, now }: { touch: Touch; campaign: string; now: number }) {
  const { w, f } = useWords();
  const words = w.touch[touch.kind](touch.asset && touch.asset !== campaign ? touch.asset : undefined);
  return (
    <li>
      <time dateTime={touch.at} title={f.full(touch.at)}>
        {f.dayOfWeek(touch.at, now)}
      </time>
      <i className="dot" />
      <span className="grow" title={touchWords(touch, w)}>
        <bdi>{words}</bdi>
      </span>
    </li>
  );
}

/** What the campaign told the many, ready for the one: copied as plain lines. */
function Message({ message }: { message: NonNullable<CampaignOnCard['message']> }) {
  const { copy } = useWorld();
  const { w } = useWords();
  const [copied, setCopied] = useState(false);
  const link = message.link && /^https?:\/\//i.test(message.link) ? message.link : undefined;
  const text = [message.headline, ...message.points.map((p) => `– ${p}`), link].filter(Boolean).join('\n');
  return (
    <div className="well message">
      <div className="row">
        <span className="quiet t12 grow">{w.card.whatItSays}</span>
        <button type="button" className="btn small plain" onClick={() => void copy(text).then(() => setCopied(true))}>
          <Icon name={copied ? 'check' : 'copy'} />
          <span aria-live="polite">{copied ? w.copied : w.copy}</span>
        </button>
      </div>
      <b>
        <bdi>{message.headline}</bdi>
      </b>
      <Points of={message.points} />
      {link && (
        <a href={link} target="_blank" rel="noreferrer" title={link}>
          <span className="cut">{bare(link)}</span>
          <Icon name="out" small />
        </a>
      )}
    </div>
  );
}
const bare = (link: string) => link.replace(/^https?:\/\/(www\.)?/i, '').replace(/\/$/, '');
