import { type ReactNode, useCallback, useEffect, useState } from 'react';
import type { Scene } from '../../lib/bridge/scene.ts';
import type { Card as LeadData } from '../../lib/contract/card.ts';
import { Icon } from '../icons.tsx';
import { useNow } from '../now.ts';
import { Agreed } from '../parts/entry.tsx';
import { closeTop, useEscape } from '../parts/layers.ts';
import { NotSaved } from '../parts/refused.tsx';
import { CoveredContext } from '../trust.tsx';
import { fill, useWords } from '../words/words.tsx';
import { useWorld } from '../world.tsx';
import { faceOf, leadsIn } from './face.ts';
import { Foot, lineOf, unsentOf } from './foot.tsx';
import { type Frame, FrameProvider } from './frame.tsx';
import { LeadCard } from './lead.tsx';
import { type Item, Menu, MoreButton } from './menu.tsx';
import { PeopleList } from './people.tsx';
import { Say, Waiting } from './say.tsx';
import { Paste, type Reaching, Stranger } from './stranger.tsx';
import { Tab } from './tab.tsx';
import { OthersButton } from './who.tsx';

export interface CardProps {
  scene: Scene;
  /** What the surroundings can do. Without `fold` the card is always open. */
  frame: Frame;
  /** Whether it is shown as the 40 px tab. */
  folded?: boolean;
  onOpen?: () => void;
  /** The user picked somebody among the people on the page. */
  onPick: (index: number) => void;
}

/** The card: one face for every way a scene can be, folded or open. */
export function Card({ scene, frame, folded, onOpen, onPick }: CardProps) {
  useFolding(folded ? undefined : frame.fold);
  if (folded) return <Tab scene={scene} onOpen={onOpen ?? (() => {})} />;
  // Everything typed and opened belongs to what is shown; another person or page starts anew.
  const shown =
    scene.focus === undefined
      ? scene.people.map((p) => p.keys[0]?.value).join(' ')
      : (scene.people[scene.focus]?.keys[0]?.value ?? scene.focus);
  return (
    <FrameProvider value={frame}>
      <Open key={`${scene.tab} ${scene.view} ${shown}`} scene={scene} onPick={onPick} />
    </FrameProvider>
  );
}

function useFolding(fold: (() => void) | undefined): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented) return;
      event.preventDefault();
      if (!closeTop()) fold?.();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [fold]);
}

function Open({ scene, onPick }: { scene: Scene; onPick: (index: number) => void }) {
  const { w } = useWords();
  const { ask, copy, openPage, openSidePanel } = useWorld();
  const [opened, setOpened] = useState<LeadData>();
  const [others, setOthers] = useState(false);
  const [covered, setCovered] = useState(false);
  const [wrong, setWrong] = useState<ReactNode>();
  useEscape(others, () => setOthers(false));
  useEscape(opened !== undefined, () => setOpened(undefined));
  const tellCovered = useCallback(() => setCovered(true), []);

  const run = async (work: () => Promise<unknown>) => {
    setWrong(undefined);
    try {
      await work();
    } catch (error) {
      setWrong(<NotSaved error={error} />);
    }
  };
  const reach: Reaching = {
    add: (lead) => run(() => ask('add', lead)),
    tie: (lead, kind, value) => run(() => ask('tie', { lead, kind, value })),
    open: setOpened,
  };
  const diagnosis = () => ask('diagnosis').then(({ text }) => copy(text));
  const menu: Item[] = [
    { key: 'diagnosis', label: w.card.copyDiagnosis, icon: 'copy', onPick: () => void diagnosis(), apart: true },
    ...(openSidePanel ? [{ key: 'panel', label: w.card.inSidePanel, icon: 'panel', onPick: () => void openSidePanel() } as const] : []),
    { key: 'report', label: w.card.report, icon: 'chart', onPick: () => openPage('report') },
    { key: 'options', label: w.card.options, icon: 'gear', onPick: () => openPage('options') },
  ];
  const pick = (index: number) => {
    setOthers(false);
    onPick(index);
  };
  const face = faceOf(scene);
  const more = leadsIn(scene) - 1;

  let body: ReactNode;
  if (others) body = <Faces scene={scene} menu={menu} wrong={wrong} people onPick={pick} reach={reach} />;
  else if (opened)
    body = (
      <LeadCard
        key={opened.id}
        scene={scene}
        card={opened}
        menu={menu}
        covered={covered}
        others={<BackButton onClick={() => setOpened(undefined)} />}
      />
    );
  else if (face.face === 'lead')
    body = (
      <LeadCard
        key={face.card.id}
        scene={scene}
        card={face.card}
        menu={menu}
        covered={covered}
        others={more > 0 && <OthersButton count={more} onClick={() => setOthers(true)} />}
      />
    );
  else body = <Faces scene={scene} menu={menu} wrong={wrong ?? (covered ? w.card.covered : undefined)} onPick={pick} reach={reach} />;
  return (
    <CoveredContext value={tellCovered}>
      <article className="card" aria-label={w.card.label} lang={w.language}>
        <Agreed agreement={scene.agreement}>{body}</Agreed>
      </article>
    </CoveredContext>
  );
}

const BackButton = ({ onClick }: { onClick: () => void }) => {
  const { w } = useWords();
  return (
    <button type="button" className="icon" aria-label={w.card.back} title={w.card.back} onClick={onClick}>
      <Icon name="left" />
    </button>
  );
};

/** Every face but a lead's. */
function Faces(props: {
  scene: Scene;
  menu: readonly Item[];
  wrong?: ReactNode;
  people?: boolean;
  onPick: (index: number) => void;
  reach: Reaching;
}) {
  const { scene, reach } = props;
  const { w, f } = useWords();
  const now = useNow();
  const [menuOpen, setMenuOpen] = useState(false);
  useEscape(menuOpen, () => setMenuOpen(false));
  const { connection } = scene;
  const face = props.people ? ({ face: 'people' } as const) : faceOf(scene);
  const quiet = face.face === 'stranger' || face.face === 'own' || face.face === 'unknown' || face.face === 'nobody';
  const about = scene.acts.filter((a) => a.status === 'held' || a.status === 'queued' || a.status === 'sending');
  const line = about.length
    ? undefined
    : face.face === 'stranger' && connection.leads !== undefined && connection.syncedAt
      ? { tone: 'calm' as const, text: w.card.checkedAgainst(f.number(connection.leads), f.time(connection.syncedAt)) }
      : quiet && connection.state !== 'offline'
        ? { tone: 'calm' as const, text: w.card.nothingSent }
        : undefined;
  return (
    <>
      <FaceBody {...props} face={face} reach={reach} now={now} />
      {props.wrong && (
        <p className="told wrong" role="alert">
          {props.wrong}
        </p>
      )}
      <Foot
        scene={scene}
        acts={scene.acts}
        line={line ?? lineOf(connection, undefined, scene.acts, now, w, f)}
        more={<MoreButton open={menuOpen} onToggle={() => setMenuOpen(!menuOpen)} />}
      />
      {menuOpen && <Menu items={props.menu.map((item, i) => (i ? item : { ...item, apart: false }))} onClose={() => setMenuOpen(false)} />}
    </>
  );
}

function FaceBody(props: { scene: Scene; face: ReturnType<typeof faceOf>; onPick: (index: number) => void; reach: Reaching; now: number }) {
  const { scene, face, reach, onPick } = props;
  const { w } = useWords();
  const { ask, copy, openPage } = useWorld();
  const [step, setStep] = useState<'people' | 'paste'>();
  const c = w.card;
  useEscape(step !== undefined, () => setStep(undefined));
  switch (face.face) {
    case 'lead':
      return null;
    case 'people': {
      const all = scene.people.filter((p) => p.known !== 'own').length;
      return (
        <>
          <Say icon="users" title={c.who}>
            <p>{c.knownOf(leadsIn(scene), all)}</p>
          </Say>
          <PeopleList scene={scene} onPick={onPick} />
        </>
      );
    }
    case 'stranger':
    case 'name-only':
      return <Stranger person={face.person} scene={scene} reach={reach} />;
    case 'own':
      return (
        <Say icon="user" title={c.ownAddress}>
          <p>{c.ownAddressText}</p>
        </Say>
      );
    case 'unchecked':
      return (
        <Say
          icon="again"
          title={c.unchecked}
          acts={
            <button type="button" className="btn" onClick={() => void ask('sync')}>
              {w.tryAgain}
            </button>
          }
        >
          <p>{c.uncheckedText}</p>
        </Say>
      );
    case 'waiting':
      return <Waiting name={face.person.name} />;
    case 'failed':
      return (
        <Say
          icon="again"
          title={c.notHere}
          acts={
            <button type="button" className="btn" onClick={() => void ask('sync')}>
              {w.tryAgain}
            </button>
          }
        >
          <p>{c.notHereText}</p>
        </Say>
      );
    case 'unknown': {
      const some = scene.people.some((p) => p.known !== 'own');
      return (
        <>
          <Say
            icon={face.reason === 'unreadable' || face.reason === 'conflict' ? 'alert' : 'info'}
            title={c.cannotTell}
            acts={
              !step && (
                <>
                  {some && (
                    <button type="button" className="btn" onClick={() => setStep('people')}>
                      {c.pickPerson}
                    </button>
                  )}
                  <button type="button" className={some ? 'btn plain' : 'btn'} onClick={() => setStep('paste')}>
                    {c.pasteAddress}
                  </button>
                </>
              )
            }
            note={
              !step && (
                <>
                  <button type="button" className="btn link inline" onClick={() => void ask('diagnosis').then(({ text }) => copy(text))}>
                    {c.copyDiagnosis}
                  </button>{' '}
                  {c.diagnosisNote}
                </>
              )
            }
          >
            <p>{c.unknown[face.reason]}</p>
          </Say>
          {step === 'people' && <PeopleList scene={scene} all onPick={onPick} />}
          {step === 'paste' && <Paste reach={reach} onClose={() => setStep(undefined)} />}
        </>
      );
    }
    case 'off':
      return (
        <Say
          icon="pause"
          title={c.off(w.site[face.site])}
          acts={
            <button type="button" className="btn" onClick={() => openPage('options', 'sites')}>
              {c.options}
            </button>
          }
        >
          <p>{c.offText[face.by]}</p>
        </Say>
      );
    case 'nobody':
      return (
        <>
          <Say
            icon="user"
            title={c.nobody}
            acts={
              !step && (
                <button type="button" className="btn" onClick={() => setStep('paste')}>
                  {c.pasteAddress}
                </button>
              )
            }
          >
            <p>{c.nobodyText}</p>
          </Say>
          {step === 'paste' && <Paste reach={reach} onClose={() => setStep(undefined)} />}
        </>
      );
    case 'signed-out': {
      const kept = unsentOf(scene.acts);
      return (
        <Say
          icon="lock"
          title={c.signedOut}
          acts={
            <button
              type="button"
              className="btn main"
              onClick={() => (scene.connection.backend ? void ask('connect', { backend: scene.connection.backend }) : openPage('welcome'))}
            >
              {w.signIn}
            </button>
          }
        >
          <p>{kept && scene.me ? fill(c.keptActs(kept), { who: <b>{scene.me.email}</b> }) : c.signedOutText}</p>
        </Say>
      );
    }
    case 'not-connected':
      return (
        <Say
          icon="plug"
          title={c.notConnected}
          acts={
            <button type="button" className="btn main" onClick={() => openPage('welcome')}>
              {w.connect}
            </button>
          }
        >
          <p>{c.notConnectedText}</p>
        </Say>
      );
  }
}
