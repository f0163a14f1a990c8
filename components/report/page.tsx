import { Menu } from '@base-ui/react/menu';
import { type ComponentType, useEffect, useState } from 'react';
import { isNews } from '../../lib/bridge/news.ts';
import type { Status } from '../../lib/bridge/protocol.ts';
import { businessCalendar } from '../../lib/funnel/calendar.ts';
import type { Role } from '../../lib/funnel/words.ts';
import { useTheme } from '../card/page.tsx';
import { Icon, type IconName, Mark } from '../icons.tsx';
import { useNow } from '../now.ts';
import type { AgreementAnswer } from '../options/in-force.tsx';
import { Shapes } from '../parts/answering.tsx';
import { Agreed } from '../parts/entry.tsx';
import { NoAnswer } from '../parts/no-answer.tsx';
import { NavLink } from '../parts/page.tsx';
import { QueuePage } from '../queue/page.tsx';
import { useApi } from '../use-api.ts';
import { useAsked } from '../use-asked.ts';
import { languageOf, Speak, useWords } from '../words/words.tsx';
import { useNews, useWorld } from '../world.tsx';
import { AnswersReport } from './answers.tsx';
import { BudgetReport } from './budget.tsx';
import { byCampaigns, type CampaignsAnswer, CampaignsReport, Tools } from './campaigns.tsx';
import { CommitmentsReport } from './commitments.tsx';
import { Credited } from './credited.tsx';
import { CrmHealthReport } from './crm-health.tsx';
import { Digests } from './digests.tsx';
import { FeedbackInbox, type PatternsAnswer } from './feedback.tsx';
import { Filters } from './filters.tsx';
import { queryOf, type ReportProps } from './frame.tsx';
import { FunnelReport } from './funnel.tsx';
import { LongTermReport } from './long-term.tsx';
import { plainReckoning, rangeOf } from './period.ts';
import { PersonReport } from './person.tsx';
import { ReadyList } from './ready.tsx';
import { ReasonsReport } from './reasons.tsx';
import { type Page, useView, type View } from './view.ts';
import '../style/card.css';
import '../style/page.css';
import '../style/queue.css';
import '../style/report.css';

export function ReportPage() {
  const { value: status, failed, again } = useAsked('status', ['connection', 'settings']);
  const language = languageOf(status?.settings.language ?? 'auto', navigator.language);
  useTheme(status && { settings: { language, theme: status.settings.theme, opensByItself: false } });
  const [view, change] = useView();
  return (
    <Speak language={language}>
      {status ? <Report status={status} view={view} onChange={change} /> : <NoAnswer failed={failed} onAgain={again} />}
    </Speak>
  );
}

/** Reports that are figures of a period, and nothing else. */
const ofFigures: Partial<Record<Page, ComponentType<ReportProps>>> = {
  funnel: FunnelReport,
  answers: AnswersReport,
  reasons: ReasonsReport,
  commitments: CommitmentsReport,
  budget: BudgetReport,
  'long-term': LongTermReport,
  'crm-health': CrmHealthReport,
};

interface Section {
  head?: 'both' | 'marketing' | 'people' | 'news';
  page: Page;
  icon: IconName;
  /** Roles that have no use for it: the backend would refuse them. */
  notFor?: Role;
}

/** Reports in the order of the navigation. Another one is a line here and a part that shows it. */
const all: readonly Section[] = [
  { page: 'queue', icon: 'check' },
  { head: 'both', page: 'funnel', icon: 'funnel' },
  { head: 'both', page: 'answers', icon: 'history' },
  { head: 'both', page: 'reasons', icon: 'back' },
  { head: 'both', page: 'commitments', icon: 'sign' },
  { head: 'marketing', page: 'campaigns', icon: 'say' },
  { head: 'marketing', page: 'budget', icon: 'money' },
  { head: 'marketing', page: 'long-term', icon: 'chart' },
  { head: 'people', page: 'hand-over', icon: 'right', notFor: 'rep' },
  { head: 'people', page: 'feedback', icon: 'inbox' },
  { head: 'people', page: 'person', icon: 'user' },
  { head: 'news', page: 'digests', icon: 'news' },
  { head: 'news', page: 'crm-health', icon: 'pulse' },
];

/** Somebody was sent a link to a page of the other team's. */
function NotYours({ onQueue }: { onQueue: () => void }) {
  const { w } = useWords();
  const r = w.report;
  return (
    <div className="void">
      <h2>{r.notYours}</h2>
      <p className="second">{r.notYoursText}</p>
      <button type="button" className="btn" onClick={onQueue}>
        {r.nav.queue}
      </button>
    </div>
  );
}

export function Report({ status, view, onChange }: { status: Status; view: View; onChange: (change: Partial<View>) => void }) {
  const { w, f } = useWords();
  const r = w.report;
  const { page } = view;
  const { now } = useWorld();
  const agreement = useApi<AgreementAnswer>({ route: 'getAgreement' });
  const inForce = agreement.state === 'here' ? (agreement.value.agreement ?? agreement.value.draft?.agreement) : undefined;
  const queue = useAsked('queue', ['queue', 'connection']).value?.items ?? [];
  // Only how many wait is shown here: of what is said again and again, nothing is asked for.
  const [since] = useState(() => new Date(now()).toISOString());
  const waiting = useApi<PatternsAnswer>({ route: 'feedbackPatterns', query: { since } });
  useNews((news) => {
    if (news.kind === 'changed' && news.payload.what.includes('outbox')) waiting.again();
  });
  const counts: Partial<Record<Page, number>> = {
    queue: queue.filter((item) => !isNews(item)).length,
    feedback: waiting.state === 'here' ? waiting.value.counts.open : 0,
    digests: queue.filter(({ kind }) => kind === 'digest').length,
  };
  useEffect(() => {
    document.title = `${r.nav[page]}${w.joint}${w.card.label}`;
  }, [r, page, w]);
  const { connection, me } = status;
  const sections = all.filter(({ notFor }) => notFor === undefined || notFor !== me?.role);
  const Figures = ofFigures[page];
  const go = (to: Page) => onChange({ page: to });
  return (
    <div className="pages report">
      <nav className="nav" aria-label={r.title}>
        <div className="nav-top">
          <span className="accent">
            <Mark />
          </span>
          <span className="strong cut">{me ? <bdi>{me.workspace}</bdi> : r.title}</span>
        </div>
        <ul>
          {sections.map(({ head, page: to, icon }, i) => (
            <li key={to}>
              {head && sections[i - 1]?.head !== head && <p className="nav-head">{r[head]}</p>}
              <NavLink item={{ to, icon, label: r.nav[to] }} here={to === page} onGo={go} count={counts[to] ?? 0} />
            </li>
          ))}
        </ul>
        <div className={`nav-foot ${connection.state}`}>
          <span className="row">
            <i className="dot" />
            {connection.syncedAt ? r.live(f.time(connection.syncedAt)) : w.options.state[connection.state]}
          </span>
          {inForce && <span>{r.agreement(inForce.version)}</span>}
        </div>
      </nav>
      <NavMenu sections={sections} page={page} onGo={go} />
      <main className="body">
        <Agreed agreement={inForce}>
          {Figures ? (
            agreement.state === 'waiting' ? (
              <Shapes />
            ) : (
              <Figures key={page} view={view} workspace={me?.workspace ?? ''} agreement={inForce} onChange={onChange} />
            )
          ) : page === 'hand-over' ? (
            me?.role === 'rep' ? (
              <NotYours onQueue={() => go('queue')} />
            ) : (
              <ReadyList me={me} agreement={inForce} />
            )
          ) : page === 'campaigns' ? (
            // The agreement's calendar decides what a quarter is, so it comes first.
            agreement.state === 'waiting' ? (
              <Shapes />
            ) : (
              <Campaigns view={view} status={status} agreement={inForce} onChange={onChange} />
            )
          ) : page === 'queue' ? (
            <QueuePage status={status} view={view} onChange={onChange} />
          ) : page === 'person' ? (
            <PersonReport status={status} view={view} agreement={inForce} onChange={onChange} />
          ) : page === 'digests' ? (
            <Digests status={status} view={view} agreement={inForce} onChange={onChange} />
          ) : (
            <>
              <header className="section-head">
                <div className="grow">
                  <h1>{r.nav[page]}</h1>
                  <p className="second">{r.feedbackText}</p>
                </div>
              </header>
              <FeedbackInbox view={view} me={me} agreement={inForce} onChange={onChange} />
            </>
          )}
        </Agreed>
      </main>
    </div>
  );
}

/** In a narrow window the navigation is a menu above the report. */
function NavMenu({ sections, page, onGo }: { sections: readonly Section[]; page: Page; onGo: (to: Page) => void }) {
  const { w } = useWords();
  const r = w.report;
  return (
    <div className="nav-menu">
      <span className="accent">
        <Mark />
      </span>
      <Menu.Root modal={false}>
        <Menu.Trigger className="btn" aria-label={r.choose}>
          {r.nav[page]}
          <Icon name="down" small />
        </Menu.Trigger>
        <Menu.Portal>
          <Menu.Positioner className="over" sideOffset={4} align="start">
            <Menu.Popup className="menu floats">
              {sections.map(({ page: to, icon }) => (
                <Menu.Item key={to} className="menu-item" onClick={() => onGo(to)}>
                  <Icon name={icon} />
                  {r.nav[to]}
                </Menu.Item>
              ))}
            </Menu.Popup>
          </Menu.Positioner>
        </Menu.Portal>
      </Menu.Root>
    </div>
  );
}

function Campaigns(props: {
  view: View;
  status: Status;
  agreement: AgreementAnswer['agreement'];
  onChange: (change: Partial<View>) => void;
}) {
  const { view, status, agreement, onChange } = props;
  const { w, f } = useWords();
  const r = w.report;
  const now = useNow();
  const today = agreement
    ? businessCalendar(agreement.calendar).dayOf(now)
    : Temporal.PlainDate.from(Temporal.Now.plainDateISO()).toString();
  const calendar = agreement?.calendar ?? plainReckoning;
  const range = rangeOf(view.period, today, calendar);
  const query = queryOf(view, range, byCampaigns);
  const answer = useApi<CampaignsAnswer>({ route: 'campaignsReport', query });
  return (
    <>
      <header className="section-head">
        <div className="grow">
          <h1>{r.nav.campaigns}</h1>
          <p className="second">{r.campaignsText}</p>
          <p className="print-only">{r.printHead(status.me?.workspace ?? '', f.range(range.from, range.to), agreement?.version)}</p>
        </div>
        <Tools query={query} name={`campaigns ${range.from} ${range.to}`} />
      </header>
      <Filters view={view} range={range} today={today} calendar={calendar} by={byCampaigns} onChange={onChange} />
      <CampaignsReport answer={answer} agreement={agreement} view={view} onChange={onChange} />
      {answer.state === 'here' && answer.value.items.length > 0 && <Credited query={query} view={view} onChange={onChange} />}
    </>
  );
}
