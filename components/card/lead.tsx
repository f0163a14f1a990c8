import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { ActState, Scene } from '../../lib/bridge/scene.ts';
import type { Card } from '../../lib/contract/card.ts';
import { useNow } from '../now.ts';
import { ClockLine } from '../parts/clock.tsx';
import { useEscape } from '../parts/layers.ts';
import { NotSaved } from '../parts/refused.tsx';
import { fill, fillText, useWords } from '../words/words.tsx';
import { useWorld } from '../world.tsx';
import { Acts, offers } from './acts.tsx';
import { Amount } from './amount.tsx';
import { Assign } from './assign.tsx';
import { Campaigns } from './campaigns.tsx';
import { Definition } from './definition.tsx';
import { type Doing, DoingProvider, type Panel, useDoing } from './doing.tsx';
import { Foot } from './foot.tsx';
import { Head, useFrame } from './frame.tsx';
import { Good } from './good.tsx';
import { HandOver } from './handover.tsx';
import { History } from './history.tsx';
import { type Item, Menu, MoreButton } from './menu.tsx';
import { Notes, UnderActs } from './notes.tsx';
import { clockWords, owing } from './owes.ts';
import { Pause } from './pause.tsx';
import { Qualify } from './qualify.tsx';
import { Return } from './return.tsx';
import { SalesDid } from './sales-did.tsx';
import { Tie, Untie } from './ties.tsx';
import { useTriage } from './triage.ts';
import { Who } from './who.tsx';
import { Why } from './why.tsx';

/**
 * The card of one lead. Name, funnel, what is owed, why now and the acts keep their order and their heights in every
 * state; a panel stands in for what is below the owing band, and whatever a state has to explain comes under the acts.
 */
export function LeadCard(props: { scene: Scene; card: Card; others?: ReactNode; menu: readonly Item[]; covered?: boolean }) {
  const { scene, card } = props;
  const { ask } = useWorld();
  const now = useNow();
  const { w } = useWords();
  const [panel, show] = useState<Panel>();
  const [wrong, setWrong] = useState<ReactNode>();
  const acts = scene.acts.filter((a) => a.act.lead === card.id);

  /** An act is over for the user once it is durable; until then the panel stays, with everything filled in. */
  const run = async (work: () => Promise<unknown>) => {
    setWrong(undefined);
    try {
      await work();
      show(undefined);
    } catch (error) {
      setWrong(<NotSaved error={error} />);
    }
  };
  const lead = card.id;
  const doing: Doing = {
    scene,
    card,
    agreement: scene.agreement,
    now,
    panel,
    show,
    acts,
    decide: (decision) => run(() => ask('decide', { lead, decision })),
    feedback: (kind, more) => run(() => ask('feedback', { lead, kind, ...more })),
    reply: (feedback, state, note) => run(() => ask('reply', { lead, feedback, state, ...(note && { note }) })),
    tie: (kind, value) => run(() => ask('tie', { lead, kind, value })),
    untie: (key) => run(() => ask('untie', { lead, key })),
    undo: (id) => run(() => ask('undo', { id })),
    discard: (id) => run(() => ask('discard', { id })),
    retry: (id) => run(() => ask('retry', { id })),
    sendToCrm: (write) => run(() => ask('sendToCrm', { lead, write })),
  };
  return (
    <DoingProvider value={doing}>
      <Body {...props} acts={acts} wrong={wrong ?? (props.covered ? w.card.covered : undefined)} />
    </DoingProvider>
  );
}

function Body(props: { scene: Scene; card: Card; others?: ReactNode; menu: readonly Item[]; acts: ActState[]; wrong?: ReactNode }) {
  const { scene, card, acts, wrong } = props;
  const { panel, show, agreement, now, decide } = useDoing();
  const { openPage } = useWorld();
  const { w } = useWords();
  const [menuOpen, setMenuOpen] = useState(false);
  const can = offers(card, scene.me, agreement, now);
  const marketer = scene.me?.role === 'marketer';
  const body = useRef<HTMLDivElement>(null);
  useEscape(panel !== undefined, () => show(undefined));
  useEscape(menuOpen, () => setMenuOpen(false));
  useKeptFocus(body, panel);
  useTriage({
    lead: card.id,
    busy: panel !== undefined || menuOpen,
    open: show,
    focus: () => body.current?.querySelector<HTMLElement>('.acts button, button')?.focus(),
  });

  const opened = panel && panelOf(panel, agreement);
  const openMenu: Item[] = [
    ...(can.has('pause') ? [{ key: 'pause', label: w.card.pauseUntil, icon: 'date', onPick: () => show('pause') } as const] : []),
    ...(can.has('resume')
      ? [{ key: 'resume', label: w.card.resume, icon: 'play', onPick: () => void decide({ kind: 'resume' }) } as const]
      : []),
    ...(can.has('assign') ? [{ key: 'assign', label: w.card.assignTo, icon: 'users', onPick: () => show('assign') } as const] : []),
    ...(can.has('attempt')
      ? attemptsAt(scene.site, card.stage).map(
          (channel) =>
            ({
              key: channel,
              label: w.card.attemptBy[channel],
              icon: channel === 'call' ? 'phone' : channel === 'mail' ? 'mail' : 'user',
              onPick: () => void decide({ kind: 'attempt', channel }),
            }) as const,
        )
      : []),
    { key: 'history', label: w.card.history, icon: 'history', onPick: () => show('history') },
    { key: 'every', label: w.person.open, icon: 'say', onPick: () => openPage('report', `person?lead=${card.id}`) },
    { key: 'untie', label: w.card.notThisPerson, icon: 'cut', onPick: () => show('untie'), apart: true },
    { key: 'tie', label: w.card.tieTitle, icon: 'link', onPick: () => show('tie') },
    ...props.menu,
  ];
  return (
    <div ref={body}>
      <Head className="who">
        <Who card={card} others={props.others} />
      </Head>
      <Owes />
      {wrong && (
        <p className="told wrong" role="alert">
          {wrong}
        </p>
      )}
      {opened ?? (
        <>
          <Notes />
          {marketer ? (
            <>
              <Campaigns />
              <Acts can={can} />
              <UnderActs marketer />
              <SalesDid />
            </>
          ) : (
            <>
              <Why />
              <Acts can={can} />
              <UnderActs marketer={false} />
              <Campaigns />
              <Good />
            </>
          )}
        </>
      )}
      <Foot scene={scene} card={card} acts={acts} more={<MoreButton open={menuOpen} onToggle={() => setMenuOpen(!menuOpen)} />} />
      {menuOpen && <Menu items={openMenu} onClose={() => setMenuOpen(false)} />}
    </div>
  );
}

/** On the row stands the phone call, once the lead is accepted; the menu has what fits the page. */
const attemptsAt = (site: Scene['site'], stage: Card['stage']) =>
  [...(stage === 'mql' ? (['call'] as const) : []), site === 'linkedin' ? ('linkedin' as const) : ('mail' as const)] as const;

function panelOf(panel: Panel, agreement: Scene['agreement']): ReactNode {
  switch (panel) {
    case 'insight':
      return undefined;
    case 'definition':
      return <Definition />;
    case 'history':
      return <History />;
    case 'untie':
      return <Untie />;
    case 'tie':
      return <Tie />;
    case 'assign':
      return <Assign />;
    case 'opportunity':
      return <Amount kind="open_opportunity" />;
    case 'win':
      return <Amount kind="win" />;
  }
  if (!agreement) return undefined;
  switch (panel) {
    case 'return':
      return <Return agreement={agreement} />;
    case 'qualify':
      return <Qualify agreement={agreement} />;
    case 'handover':
      return <HandOver agreement={agreement} />;
    case 'pause':
      return <Pause agreement={agreement} />;
  }
}

function Owes() {
  const { card, scene, agreement, now } = useDoing();
  const { w, f } = useWords();
  const owed = owing(card, scene.me, agreement, now, w, f);
  const tone = owed.clock?.state === 'at_risk' || owed.clock?.state === 'breached' ? owed.clock.state : '';
  return (
    <div className={`owes ${tone}`}>
      <span className="grow cut strong" title={owed.name ? fillText(owed.text, { name: owed.name }) : owed.text}>
        {owed.name ? fill(owed.text, { name: <bdi>{owed.name}</bdi> }) : owed.text}
      </span>
      {owed.clock ? (
        <ClockLine clock={owed.clock} words={clockWords(owed.clock, agreement, now, w, f)} />
      ) : (
        owed.right && <span className="quiet n">{owed.right}</span>
      )}
    </div>
  );
}

/**
 * The keyboard never falls out of the card: a panel that opens takes the focus to its first field, and when what had
 * the focus is gone (the button that was pressed, a panel that closed) it goes to the first thing that can be done.
 */
function useKeptFocus(body: React.RefObject<HTMLDivElement | null>, panel: Panel | undefined): void {
  const { acts } = useDoing();
  const { fold } = useFrame();
  const newest = acts.at(-1)?.id;
  const before = useRef({ panel, newest });
  useEffect(() => {
    const was = before.current;
    before.current = { panel, newest };
    if (was.panel === panel && was.newest === newest) return;
    const lost = !document.activeElement || document.activeElement === document.body;
    const root = body.current;
    if (!root || (!fold && lost && !document.hasFocus())) return;
    if (panel && panel !== was.panel) {
      root
        .querySelector<HTMLElement>('.panel :is(input, [role="radio"][tabindex="0"], textarea), .insight textarea')
        ?.focus({ preventScroll: true });
    } else if (lost) {
      root.querySelector<HTMLElement>('.acts')?.setAttribute('tabindex', '-1');
      root.querySelector<HTMLElement>('.acts')?.focus({ preventScroll: true });
    }
  });
}
