import type { Status } from '../../lib/bridge/protocol.ts';
import { Icon } from '../icons.tsx';
import type { AgreementAnswer } from '../options/in-force.tsx';
import type { KnownSite } from '../options/page.tsx';
import { useApi } from '../use-api.ts';
import { useAsked } from '../use-asked.ts';
import { useWords } from '../words/words.tsx';
import { useWorld } from '../world.tsx';

const gmail = 'https://mail.google.com/';

export function Done({ status, sites, onChange }: { status: Status; sites: readonly KnownSite[]; onChange: () => void }) {
  const { w, f } = useWords();
  const c = w.welcome;
  const { openLink, openPage, openPopup } = useWorld();
  const { value: queue } = useAsked('queue', ['queue', 'connection']);
  const agreement = useApi<AgreementAnswer>({ route: 'getAgreement' });
  const { me, connection, settings } = status;
  const on = sites.filter((site) => site.origins.length > 0 && settings.sites[site.id]?.on).map((site) => w.site[site.id]);
  const hosts = settings.origins.map(({ origin }) => origin.replace(/^https?:\/\//, ''));
  const where = [...on, ...hosts];
  const added = settings.origins[0]?.origin;
  const practice = status.sample && connection.backend ? new URL('/practice', connection.backend).href : undefined;
  const first = practice
    ? { label: c.openPractice, url: practice }
    : settings.sites.gmail?.on && on.includes(w.site.gmail)
      ? { label: c.openGmail, url: gmail }
      : added
        ? { label: c.openMail, url: added }
        : undefined;
  const version = agreement.state === 'here' ? agreement.value.agreement?.version : undefined;
  return (
    <>
      <h1>{queue ? c.doneTitle(queue.items.length) : c.doneTitle(0)}</h1>
      <p>{connection.leads === undefined ? c.leadsComing : c.doneText(f.number(connection.leads))}</p>
      <ul className="done-list">
        {me && (
          <li className="row">
            <Icon name="check" />
            <span className="grow cut">{c.signedInAs(me.email)}</span>
            <span className="quiet">{w.role[me.role]}</span>
          </li>
        )}
        <li className="row">
          <Icon name={where.length ? 'check' : 'minus'} />
          <span className="grow cut">{where.length ? f.list(where) : c.noSites}</span>
          <button type="button" className="btn link" onClick={onChange}>
            {c.change}
          </button>
        </li>
        {version !== undefined && (
          <li className="row">
            <Icon name="check" />
            <span className="grow cut">{c.agreementLine(version)}</span>
            <button type="button" className="btn link" onClick={() => openPage('options', 'agreement')}>
              {c.read}
            </button>
          </li>
        )}
      </ul>
      <p className="well row keys-hint">
        <span className="key">Alt</span>
        <span className="key">B</span>
        {c.keysText}
      </p>
      <div className="step-foot row">
        {first && (
          <button type="button" className="btn main" onClick={() => openLink(first.url)}>
            {first.label}
          </button>
        )}
        <button type="button" className={first ? 'btn plain' : 'btn main'} onClick={() => void openPopup().catch(() => openPage('report'))}>
          {c.showQueue}
        </button>
      </div>
    </>
  );
}
