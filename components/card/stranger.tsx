import { type FormEvent, useEffect, useId, useState } from 'react';
import type { Scene, ScenePerson } from '../../lib/bridge/scene.ts';
import type { Card } from '../../lib/contract/card.ts';
import { Staged } from '../parts/entry.tsx';
import { StageTag } from '../parts/stage.tsx';
import { ActButton } from '../trust.tsx';
import { fill, useWords } from '../words/words.tsx';
import { useWorld } from '../world.tsx';
import { PanelHead } from './panel.tsx';
import { Say } from './say.tsx';
import { keyIn } from './ties.tsx';

type Found = { id: string; name: string; company?: string; title?: string; stage: Card['stage'] };
type Step = 'add' | 'find' | 'paste' | undefined;

/** What a face without a lead can do. An act answers when it is durable. */
export interface Reaching {
  add(lead: { name: string; company?: string; title?: string; keys: { kind: string; value: string }[] }): Promise<void>;
  tie(lead: string, kind: string, value: string): Promise<void>;
  /** Shows the card of a lead that was found by the user's own search or address. */
  open(card: Card): void;
}

/** Somebody who is not a lead, or of whom the page shows too little. Neutral; says what was not sent. */
export function Stranger({ person, scene, reach }: { person: ScenePerson; scene: Scene; reach: Reaching }) {
  const { w } = useWords();
  const c = w.card;
  const [step, setStep] = useState<Step>();
  const address = person.keys.find((k) => k.kind === 'email')?.value ?? person.keys[0]?.value;
  const nameOnly = person.known === 'name-only';
  const sells = scene.me?.role === 'rep' || scene.me?.role === 'manager';
  const close = () => setStep(undefined);
  const first = nameOnly ? (
    <button type="button" className="btn" onClick={() => setStep('find')}>
      {c.findByName}
    </button>
  ) : (
    sells && (
      <button type="button" className="btn" onClick={() => setStep('add')}>
        {c.addMine}
      </button>
    )
  );
  return (
    <>
      <Say
        icon={nameOnly ? 'user' : 'lock'}
        title={nameOnly ? <bdi>{person.name}</bdi> : c.notLead}
        acts={
          !step && (
            <>
              {first}
              {nameOnly ? (
                <button type="button" className="btn plain" onClick={() => setStep('paste')}>
                  {c.pasteAddress}
                </button>
              ) : (
                <button type="button" className={sells ? 'btn plain' : 'btn'} onClick={() => setStep('find')}>
                  {c.findByName}
                </button>
              )}
            </>
          )
        }
      >
        {/* A search by name is sent, so what says that nothing was gives way to it. */}
        {step !== 'find' && <p>{nameOnly ? c.nameOnlyText : c.notLeadText}</p>}
        {!nameOnly && address && (
          <p className="address cut" title={address}>
            {person.name && (
              <>
                <bdi>{person.name}</bdi>{' '}
              </>
            )}
            <span className={person.name ? 'quiet' : undefined}>{address}</span>
          </p>
        )}
      </Say>
      {step === 'add' && <Add person={person} reach={reach} onClose={close} />}
      {step === 'find' && <Find person={person} reach={reach} onClose={close} />}
      {step === 'paste' && <Paste reach={reach} onClose={close} />}
    </>
  );
}

function Add({ person, reach, onClose }: { person: ScenePerson; reach: Reaching; onClose: () => void }) {
  const { w } = useWords();
  const c = w.card;
  const id = useId();
  const [name, setName] = useState(person.name ?? '');
  const [company, setCompany] = useState('');
  const [title, setTitle] = useState('');
  const add = () => {
    if (!name.trim()) return;
    void reach.add({
      name: name.trim(),
      ...(company.trim() && { company: company.trim() }),
      ...(title.trim() && { title: title.trim() }),
      keys: person.keys,
    });
  };
  const optional = <span className="quiet"> {w.joint.trimStart() + c.optional}</span>;
  return (
    <div className="panel">
      <PanelHead onClose={onClose}>{c.addMine}</PanelHead>
      <label className="label" htmlFor={`${id}-name`}>
        {c.name}
      </label>
      <input id={`${id}-name`} className="field" maxLength={200} dir="auto" value={name} onChange={(e) => setName(e.target.value)} />
      <label className="label" htmlFor={`${id}-company`}>
        {c.company}
        {optional}
      </label>
      <input
        id={`${id}-company`}
        className="field"
        maxLength={200}
        dir="auto"
        value={company}
        onChange={(e) => setCompany(e.target.value)}
      />
      <label className="label" htmlFor={`${id}-title`}>
        {c.title}
        {optional}
      </label>
      <input id={`${id}-title`} className="field" maxLength={200} dir="auto" value={title} onChange={(e) => setTitle(e.target.value)} />
      <ActButton className="btn main wide" disabled={!name.trim()} onAct={add}>
        {c.addThis}
      </ActButton>
      <p className="help">{name.trim() ? <Staged stage="sal" text={c.addEffect} /> : c.addNeedsName}</p>
    </div>
  );
}

/** Whether what the page says of somebody's work names the company that marketing knows. */
const worksThere = ({ company }: Found, work: string | undefined): boolean =>
  company !== undefined && company.length > 2 && (work ?? '').toLocaleLowerCase().includes(company.toLocaleLowerCase());
const likeliest = (found: readonly Found[], work: string | undefined): Found[] =>
  found.toSorted((one, other) => Number(worksThere(other, work)) - Number(worksThere(one, work)));

/** Asks the backend for a name, because the user does. Whoever is found can be tied to the address in view. */
export function Find({ person, reach, onClose }: { person?: ScenePerson; reach: Reaching; onClose: () => void }) {
  const { ask } = useWorld();
  const { w } = useWords();
  const c = w.card;
  const id = useId();
  const [text, setText] = useState(person?.name ?? '');
  const [found, setFound] = useState<Found[] | 'none' | 'asking' | 'failed'>('none');
  const [chosen, setChosen] = useState<Card>();
  const key = person?.keys[0];
  const name = person?.name;
  const find = (words: string) => {
    setFound('asking');
    return ask('find', { text: words }).then(
      ({ items }) => setFound(likeliest(items, person?.work)),
      () => setFound('failed'),
    );
  };
  const search = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim()) void find(text.trim());
  };
  // The click that opened this was the user's own; with a name on the page there is nothing left to type.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, for the person it was opened for
  useEffect(() => {
    if (name && name.trim().length > 1) void find(name.trim());
  }, [name]);
  const pick = (lead: Found) =>
    ask('lead', { id: lead.id }).then(
      (card) => (key ? setChosen(card) : reach.open(card)),
      () => setFound('failed'),
    );
  if (chosen && key)
    return (
      <div className="panel">
        <PanelHead onClose={() => setChosen(undefined)}>
          <bdi>{chosen.person.name}</bdi>
        </PanelHead>
        <p className="second">{fill(key.kind === 'email' ? c.notTied : c.profileNotTied, { name: <bdi>{chosen.person.name}</bdi> })}</p>
        <ActButton className="btn main wide" onAct={() => void reach.tie(chosen.id, key.kind, key.value)}>
          <span className="cut">{fill(c.tieTo, { name: <bdi>{chosen.person.name}</bdi> })}</span>
        </ActButton>
        <p className="help">{key.kind === 'email' ? c.tieEffect : c.profileTieEffect}</p>
        <button type="button" className="btn wide" onClick={() => reach.open(chosen)}>
          {w.popup.openLead}
        </button>
      </div>
    );
  return (
    <form className="panel" onSubmit={search}>
      <PanelHead onClose={onClose}>{c.findByName}</PanelHead>
      <label className="label" htmlFor={id}>
        {c.name}
      </label>
      <div className="row">
        <input id={id} className="field" maxLength={200} dir="auto" value={text} onChange={(e) => setText(e.target.value)} />
        <button type="submit" className="btn" disabled={!text.trim()}>
          {c.findByName}
        </button>
      </div>
      {found === 'none' && <p className="help">{c.findHint}</p>}
      {found === 'asking' && <p className="help">{w.popup.finding}</p>}
      {found === 'failed' && <p className="help wrong">{w.popup.findFailed}</p>}
      {Array.isArray(found) && !found.length && <p className="help">{c.findNone}</p>}
      {Array.isArray(found) && found.length > 0 && (
        <ul className="picks">
          {found.map((lead) => (
            <li key={lead.id}>
              <button type="button" className="pick" onClick={() => void pick(lead)}>
                <span className="grow cut">
                  <b className="cut">
                    <bdi>{lead.name}</bdi>
                  </b>
                  <small className="cut">
                    <bdi>{[lead.title, lead.company].filter(Boolean).join(w.joint)}</bdi>
                  </small>
                  {worksThere(lead, person?.work) && <small className="quiet">{c.sameCompany}</small>}
                </span>
                <StageTag stage={lead.stage} />
              </button>
            </li>
          ))}
        </ul>
      )}
    </form>
  );
}

/** An address that the user brings: checked on this device. */
export function Paste({ reach, onClose, onStranger }: { reach: Reaching; onClose?: () => void; onStranger?: (value: string) => void }) {
  const { ask } = useWorld();
  const { w } = useWords();
  const c = w.card;
  const id = useId();
  const [text, setText] = useState('');
  const [said, setSaid] = useState<string>();
  const check = (event: FormEvent) => {
    event.preventDefault();
    const key = keyIn(text);
    if (!key) return setSaid(c.notAnAddress);
    ask('check', { value: key.kind === 'linkedin' ? text.trim() : key.value }).then(
      ({ known, card }) => {
        if (card) return reach.open(card);
        setSaid(
          known === 'invalid'
            ? c.notAnAddress
            : known === 'unchecked'
              ? c.uncheckedText
              : known === 'lead'
                ? c.notHereText
                : w.popup.pasteStranger,
        );
        if (known === 'stranger') onStranger?.(key.value);
      },
      () => setSaid(w.failed),
    );
  };
  return (
    <form className="panel" onSubmit={check}>
      {onClose && <PanelHead onClose={onClose}>{c.pasteAddress}</PanelHead>}
      <label className="label" htmlFor={id}>
        {c.address}
      </label>
      <input
        id={id}
        className="field"
        autoComplete="off"
        spellCheck={false}
        placeholder={c.pasteHint}
        value={text}
        onChange={(e) => {
          setText(e.target.value);
          setSaid(undefined);
        }}
      />
      <button type="submit" className="btn wide" disabled={!text.trim()}>
        {c.checkAddress}
      </button>
      {said && (
        <p className="help" role="status">
          {said}
        </p>
      )}
    </form>
  );
}
