import type { ReactNode } from 'react';
import type { Status } from '../../lib/bridge/protocol.ts';
import type { SiteId } from '../../lib/sites/site.ts';
import { useTheme } from '../card/page.tsx';
import { type IconName, Mark } from '../icons.tsx';
import { Termed } from '../parts/entry.tsx';
import { NoAnswer } from '../parts/no-answer.tsx';
import { NavLink, useHash } from '../parts/page.tsx';
import { useAsked } from '../use-asked.ts';
import { languageOf, Speak, useWords, type Words } from '../words/words.tsx';
import { AgreementSection } from './agreement.tsx';
import { ConnectionSection } from './connection.tsx';
import { DiagnosisSection } from './diagnosis.tsx';
import { InForce } from './in-force.tsx';
import { PrivacySection } from './privacy.tsx';
import { RulesSection } from './rules/section.tsx';
import { SitesSection } from './sites.tsx';
import { SourcesSection } from './sources.tsx';
import { UsersSection } from './users/section.tsx';
import { WebhooksSection } from './webhooks.tsx';
import '../style/page.css';
import '../style/rules.css';

/** A site that this build can read, with the origins it needs. Without origins it runs on hosts that the user adds. */
export interface KnownSite {
  id: SiteId;
  origins: readonly string[];
  /** Users may add hosts of their company beyond these. */
  ownHosts?: true;
}
const sections = ['connection', 'sites', 'agreement', 'rules', 'users', 'sources', 'webhooks', 'privacy', 'diagnosis'] as const;
type Section = (typeof sections)[number];
const icons: Record<Section, IconName> = {
  connection: 'plug',
  sites: 'globe',
  agreement: 'sign',
  rules: 'swap',
  users: 'users',
  sources: 'store',
  webhooks: 'out',
  privacy: 'shield',
  diagnosis: 'pulse',
};

export function OptionsPage({ sites }: { sites: readonly KnownSite[] }) {
  const { value: status, failed, again } = useAsked('status', ['connection', 'settings', 'outbox']);
  const language = languageOf(status?.settings.language ?? 'auto', navigator.language);
  useTheme(status && { settings: { language, theme: status.settings.theme, opensByItself: false } });
  return (
    <Speak language={language}>{status ? <Options status={status} sites={sites} /> : <NoAnswer failed={failed} onAgain={again} />}</Speak>
  );
}

/** `at` fixes the section, for showing one without an address line. */
export function Options({ status, sites, at: fixed }: { status: Status; sites: readonly KnownSite[]; at?: Section }) {
  const { w } = useWords();
  const [hash, go] = useHash(sections, 'connection');
  const at = fixed ?? hash;
  const section: Record<Section, ReactNode> = {
    connection: <ConnectionSection status={status} />,
    sites: <SitesSection status={status} sites={sites} />,
    agreement: <AgreementSection status={status} />,
    rules: <RulesSection status={status} />,
    users: <UsersSection status={status} />,
    sources: <SourcesSection status={status} />,
    webhooks: <WebhooksSection status={status} />,
    privacy: <PrivacySection status={status} />,
    diagnosis: <DiagnosisSection />,
  };
  return (
    <div className="pages">
      <nav className="nav" aria-label={w.options.title}>
        <div className="nav-top">
          <span className="accent">
            <Mark />
          </span>
          <span className="strong">{w.options.title}</span>
        </div>
        <ul>
          {sections.map((to) => (
            <li key={to}>
              <NavLink item={{ to, icon: icons[to], label: titleOf(to, w) }} here={to === at} onGo={go} />
            </li>
          ))}
        </ul>
      </nav>
      <main className="body">{status.me ? <InForce key={at}>{section[at]}</InForce> : section[at]}</main>
    </div>
  );
}

const titleOf = (section: Section, w: Words): string =>
  section === 'webhooks' || section === 'users' ? w[section].title : w.options[section];

export const SectionHead = ({ title, text, children }: { title: string; text?: string; children?: ReactNode }) => (
  <header className="section-head">
    <div className="grow">
      <h1>{title}</h1>
      {text && (
        <p className="second">
          <Termed text={text} />
        </p>
      )}
    </div>
    {children}
  </header>
);
