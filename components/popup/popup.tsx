import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import type { Status } from '../../lib/bridge/protocol.ts';
import type { ActState, Connection, QueueItem, Scene } from '../../lib/bridge/scene.ts';
import type { Agreement } from '../../lib/funnel/agreement.ts';
import { Card } from '../card/card.tsx';
import { Icon, type IconName, Mark } from '../icons.tsx';
import { useNow } from '../now.ts';
import { Agreed } from '../parts/entry.tsx';
import { closeTop, useEscape } from '../parts/layers.ts';
import { keyOf, useOpenItem } from '../queue/row.tsx';
import { KeysLine, useTriageKeys } from '../queue/triage.tsx';
import { useAsked } from '../use-asked.ts';
import { useWords } from '../words/words.tsx';
import { useWorld } from '../world.tsx';
import { BackRow } from './back-row.tsx';
import { Find } from './find.tsx';
import { OfLead } from './lead.tsx';
import { LinkedinChoice } from './linkedin.tsx';
import { type Addable, AddHere, NotAllowed } from './not-allowed.tsx';
import { OnPage } from './on-page.tsx';
import { linesOf, Queue } from './queue.tsx';
import { Unsent } from './unsent.tsx';

export interface PopupProps {
  status: Status;
  queue?: { items: QueueItem[]; asOf?: string; agreement?: Agreement };
  outbox: ActState[];
  /** What was read in the tab that the popup was opened over. */
  scene?: Scene;
  lookFailed?: boolean;
  /** What the site in the tab needs of the browser. */
  origins?: readonly string[];
  /** A host of the user's own with a page that a reader knows, and that nobody has added yet. */
  addable?: Addable;
}
type View = { show: 'list' } | { show: 'lead'; id: string } | { show: 'person'; index: number };

/** Acts not sent yet, what waits for me, who is on this page, how the connection is: in that order, always. */
export function Popup({ status, queue, outbox, scene, lookFailed, origins, addable }: PopupProps) {
  const [view, setView] = useState<View>({ show: 'list' });
  const [found, setFound] = useState(false);
  const { w } = useWords();
  const { connection } = status;
  const root = useRef<HTMLDivElement>(null);
  const [all, setAll] = useState(false);
  // What was done a moment ago stands above the queue too; it never takes lines away from under the keys.
  const [short] = useState(outbox.length > 0);
  const lines = linesOf(queue ?? { items: [] }, all, short);
  const connected = connection.state !== 'not-connected' && connection.state !== 'signed-out';
  const openLead = (id: string) => setView({ show: 'lead', id });
  const openItem = useOpenItem(openLead);
  const agreement = scene?.agreement ?? queue?.agreement;
  const rows = () => [...(root.current?.querySelectorAll<HTMLElement>('.waits button.line') ?? [])];
  const keys = useTriageKeys({
    order: connected ? [...lines.waiting, ...lines.news] : [],
    rows,
    firstChosen: false,
    show: () => setView({ show: 'list' }),
    more: () => setAll(true),
    open: (item) => (view.show === 'lead' ? keys.intoCard() : openItem(item)),
    busy: () => view.show === 'person' || (view.show === 'list' && found),
    ...(view.show === 'lead' && { showing: view.id }),
    showCard: openLead,
    me: status.me,
    agreement,
  });
  const { current, said, tell } = keys;
  const back = () => {
    const ofQueue = view.show === 'lead' && view.id === current?.lead;
    flushSync(() => setView({ show: 'list' }));
    // Back to where one came from.
    if (ofQueue) rows()[keys.at]?.focus();
  };
  useEscape(view.show !== 'list', back);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && closeTop()) event.preventDefault();
      if (root.current) arrows(event, root.current);
      if (event.key === '/' && !(event.target as Element).closest('input, textarea, select')) {
        const field = root.current?.querySelector<HTMLElement>('.find input');
        if (field) event.preventDefault();
        field?.focus();
      }
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);

  let body: ReactNode;
  if (connection.state === 'not-connected') body = <FirstRun />;
  else if (connection.state === 'signed-out') body = <SignedOut outbox={outbox} status={status} />;
  else if (view.show === 'lead')
    body = (
      <>
        <OfLead key={view.id} id={view.id} status={status} outbox={outbox} agreement={agreement} onBack={back} tell={tell} />
        {said && (
          <p className="said quiet t12" role="status">
            {said}
          </p>
        )}
      </>
    );
  else if (view.show === 'person' && scene)
    body = (
      <>
        <BackRow onBack={back} />
        <Card
          scene={{ ...scene, focus: view.index, unknown: undefined }}
          frame={{}}
          onPick={(index) => setView({ show: 'person', index })}
        />
      </>
    );
  else {
    const asks = scene?.site === 'linkedin' && (status.settings.sites.linkedin?.mode ?? 'ask') === 'ask' && !status.managed.linkedin;
    body = asks ? (
      <LinkedinChoice settings={status.settings} />
    ) : (
      <>
        <Find onOpen={openLead} onFound={setFound} />
        {!found && (
          <>
            <Unsent acts={outbox} connection={connection} onOpen={openLead} />
            <Queue
              queue={queue}
              me={status.me}
              connection={connection}
              all={all}
              onAll={() => setAll(true)}
              short={short}
              outbox={outbox}
              chosen={current}
              onChoose={(item) => keys.choose(keyOf(item))}
              onOpen={(item) => {
                keys.choose(keyOf(item));
                openItem(item);
              }}
            >
              <KeysLine marketer={status.me?.role === 'marketer'} search={w.popup.findKey} said={said} />
            </Queue>
            {addable ? <AddHere {...addable} /> : origins && <NotAllowed origins={origins} />}
            <OnPage scene={scene} onOpen={(index) => setView({ show: 'person', index })} onLead={openLead} lookFailed={lookFailed} />
          </>
        )}
      </>
    );
  }
  return (
    <div className="popup" ref={root}>
      <Header status={status} />
      <main>
        <Agreed agreement={agreement}>{body}</Agreed>
      </main>
      <Footer connection={connection} status={status} />
    </div>
  );
}

/** Up and down go through the rows, from the search field too. */
function arrows(event: KeyboardEvent, popup: HTMLElement): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const target = event.target as Element;
  if (step === undefined || target.closest('[role="radiogroup"], [role="menu"], [role="combobox"], textarea, .card')) return;
  const stops = [...popup.querySelectorAll<HTMLElement>('.find input, button.line')];
  const at = stops.indexOf(document.activeElement as HTMLElement);
  const next = stops[at < 0 ? 0 : Math.min(stops.length - 1, Math.max(0, at + step))];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

function Header({ status }: { status: Status }) {
  const { w } = useWords();
  const { openPage } = useWorld();
  const { me } = status;
  return (
    <header className="popup-head">
      <span className="accent">
        <Mark />
      </span>
      <h1 className="strong t13">{w.popup.title}</h1>
      <span className="second grow cut">{me && <bdi>{[me.name, me.workspace].join(w.joint)}</bdi>}</span>
      {me && (
        <button type="button" className="icon" title={w.popup.report} aria-label={w.popup.report} onClick={() => openPage('report')}>
          <Icon name="chart" />
        </button>
      )}
      <button type="button" className="icon" title={w.popup.options} aria-label={w.popup.options} onClick={() => openPage('options')}>
        <Icon name="gear" />
      </button>
    </header>
  );
}

function Footer({ connection, status }: { connection: Connection; status: Status }) {
  const { w, f } = useWords();
  const { ask } = useWorld();
  const now = useNow();
  const p = w.popup;
  const said: { tone: string; icon?: IconName; text: string } = (() => {
    switch (connection.state) {
      case 'live':
        return { tone: 'live', text: connection.syncedAt ? p.live(f.time(connection.syncedAt)) : p.connected };
      case 'cached':
        return { tone: 'calm', text: connection.syncedAt ? p.cached(f.moment(connection.syncedAt, now)) : p.connected };
      case 'offline': {
        const since = connection.offlineSince;
        return { tone: 'off', icon: 'off', text: since ? p.offlineSince(f.moment(since, now)) : p.offline };
      }
      case 'signed-out':
        return { tone: 'calm', text: p.signedOut };
      case 'paused':
        return { tone: 'calm', icon: 'pause', text: p.paused };
      case 'not-connected':
        return { tone: 'calm', text: p.notConnected };
    }
  })();
  return (
    <footer className={`popup-foot ${said.tone}`}>
      <span className="row grow">
        {said.icon ? <Icon name={said.icon} /> : <i className="dot" />}
        <span className="cut n" title={connection.sentence}>
          {said.text}
        </span>
      </span>
      {connection.state === 'offline' ? (
        <button type="button" className="btn small plain" onClick={() => void ask('sync')}>
          {w.tryNow}
        </button>
      ) : (
        <span className="cut">{connection.backend ? hostOf(connection.backend) : status.version}</span>
      )}
    </footer>
  );
}
export const hostOf = (address: string): string => (URL.canParse(address) ? new URL(address).host : address);

function FirstRun() {
  const { w } = useWords();
  const { openPage } = useWorld();
  return (
    <section className="empty">
      <h2>{w.popup.firstRun}</h2>
      <p>{w.popup.firstRunText}</p>
      <div className="row">
        <button type="button" className="btn main" onClick={() => openPage('welcome')}>
          {w.connect}
        </button>
        <button type="button" className="btn plain" onClick={() => openPage('welcome', 'sample')}>
          {w.popup.trySample}
        </button>
      </div>
    </section>
  );
}

function SignedOut({ outbox, status }: { outbox: ActState[]; status: Status }) {
  const { w } = useWords();
  const { ask, openPage } = useWorld();
  const { backend } = status.connection;
  return (
    <section className="empty">
      <h2>{w.popup.signedOut}</h2>
      <p>{outbox.length && status.me ? <KeptActs count={outbox.length} who={status.me.email} /> : w.popup.signedOutText}</p>
      <div className="row">
        <button type="button" className="btn main" onClick={() => (backend ? void ask('connect', { backend }) : openPage('welcome'))}>
          {w.signIn}
        </button>
      </div>
    </section>
  );
}
function KeptActs({ count, who }: { count: number; who: string }) {
  const { w } = useWords();
  const [before, after] = w.card.keptActs(count).split('{who}');
  return (
    <>
      {before}
      <b>{who}</b>
      {after}
    </>
  );
}

/** The popup as the browser opens it: asks for everything, and looks once at a page that has no reader of its own. */
export function usePopup(): Partial<PopupProps> & { failed: boolean; again: () => void } {
  const { ask, followTab } = useWorld();
  const status = useAsked('status', ['connection', 'settings']);
  const queue = useAsked('queue', ['queue', 'connection']);
  const outbox = useAsked('outbox', ['outbox']);
  const [tab, setTab] = useState<number>();
  const [scene, setScene] = useState<Scene>();
  const [lookFailed, setLookFailed] = useState(false);
  const { onNews } = useWorld();
  useEffect(() => followTab(setTab), [followTab]);
  const [addable, setAddable] = useState<Addable>();
  const look = useCallback(
    (id: number) =>
      ask('lookHere', { tab: id }).then(
        (seen) => {
          setScene(seen.scene);
          setAddable(seen.addable);
        },
        () => setLookFailed(true),
      ),
    [ask],
  );
  const looked = useRef<number>(undefined);
  useEffect(() => {
    if (tab === undefined) return;
    let wanted = true;
    ask('scene', { tab }).then(
      (first) => {
        if (!wanted) return;
        if (!first.looked) setScene(first);
        // The click on the toolbar is the user's own act: it allows to look at this one page, once.
        // What was seen at an earlier click may be another person's by now.
        if ((first.looked || (first.site === 'page' && first.view === 'none')) && !first.off && looked.current !== tab) {
          looked.current = tab;
          void look(tab);
        }
      },
      () => setLookFailed(true),
    );
    const stop = onNews((news) => {
      if (news.kind === 'scene' && news.payload.tab === tab) setScene(news.payload);
    });
    return () => {
      wanted = false;
      stop();
    };
  }, [tab, ask, onNews, look]);
  return {
    ...(status.value && { status: status.value }),
    ...(queue.value && { queue: queue.value }),
    outbox: outbox.value ?? [],
    scene,
    ...(addable && { addable }),
    lookFailed,
    failed: status.failed,
    again: status.again,
  };
}
