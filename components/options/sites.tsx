import { useState } from 'react';
import type { Settings, Status } from '../../lib/bridge/protocol.ts';
import type { SiteId } from '../../lib/sites/site.ts';
import { Icon } from '../icons.tsx';
import { Choice } from '../parts/choice.tsx';
import { Switch } from '../parts/page.tsx';
import { Scrolls } from '../parts/scrolls.tsx';
import { Wrong } from '../parts/wrong.tsx';
import { useMissing } from '../use-missing.ts';
import { useWords } from '../words/words.tsx';
import { useWorld } from '../world.tsx';
import { type KnownSite, SectionHead } from './page.tsx';
import { useWorkspaceSetting } from './workspace-setting.ts';

type SiteSettings = NonNullable<Settings['sites'][SiteId]>;
const plain: SiteSettings = { on: true, opensByItself: true };

export function SitesSection({ status, sites }: { status: Status; sites: readonly KnownSite[] }) {
  const { w } = useWords();
  const o = w.options;
  const { ask } = useWorld();
  const { settings, managed, offForAll } = status;
  const { change: switchForAll, wrong } = useForAll(offForAll);
  const admin = status.me?.role === 'admin';
  const fixed = managed.sites === true;
  const change = (id: SiteId, patch: Partial<SiteSettings>) =>
    void ask('settings', { sites: { [id]: { ...(settings.sites[id] ?? plain), ...patch } } });
  return (
    <>
      <SectionHead title={o.sites} text={o.sitesText} />
      <Scrolls label={o.sites}>
        <table className="table tall">
          <thead>
            <tr>
              <th scope="col">{o.site}</th>
              <th scope="col">{o.showsAs}</th>
              <th scope="col">{o.opensItself}</th>
              <th scope="col" className="num">
                {o.on}
              </th>
              {admin && (
                <th scope="col" className="num">
                  {o.forAll}
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {sites.map((site) => {
              const chosen = settings.sites[site.id] ?? plain;
              const hosts = settings.origins.filter((added) => added.site === site.id).map((added) => added.origin);
              return (
                <tr key={site.id}>
                  <th scope="row">
                    <b>{w.site[site.id]}</b>
                    <small>{hosts.length ? hosts.map(hostOf).join(', ') : o.hosts[site.id]}</small>
                    {site.origins.length > 0 && chosen.on && <Permission site={site} />}
                  </th>
                  <td>
                    {site.id === 'linkedin' ? (
                      <Choice
                        label={`${w.site[site.id]}: ${o.showsAs}`}
                        value={chosen.mode ?? 'ask'}
                        disabled={managed.linkedin === true}
                        items={[
                          { value: 'ask', label: o.askFirst },
                          { value: 'panel', label: o.panel },
                          { value: 'overlay', label: o.overlay },
                          { value: 'off', label: o.badgeOnly },
                        ]}
                        onChange={(mode) => change(site.id, { mode })}
                      />
                    ) : (
                      <Choice
                        label={`${w.site[site.id]}: ${o.showsAs}`}
                        value={chosen.side ?? 'right'}
                        items={[
                          { value: 'right', label: o.overlayRight },
                          { value: 'left', label: o.overlayLeft },
                        ]}
                        onChange={(side) => change(site.id, { side, top: chosen.top !== undefined && chosen.top >= 0 ? chosen.top : 96 })}
                      />
                    )}
                  </td>
                  <td>
                    {site.id === 'linkedin' ? (
                      <span className="quiet">{o.never}</span>
                    ) : (
                      <Choice
                        label={`${w.site[site.id]}: ${o.opensItself}`}
                        value={chosen.opensByItself ? 'leads' : 'never'}
                        items={[
                          { value: 'leads', label: o.forLeads },
                          { value: 'never', label: o.never },
                        ]}
                        onChange={(value) => change(site.id, { opensByItself: value === 'leads' })}
                      />
                    )}
                  </td>
                  <td className="num">
                    {!admin && offForAll.includes(site.id) && <small className="quiet">{o.offForAll} </small>}
                    <Switch
                      label={w.site[site.id]}
                      on={chosen.on}
                      disabled={fixed || offForAll.includes(site.id)}
                      onChange={(on) => change(site.id, { on })}
                    />
                  </td>
                  {admin && (
                    <td className="num">
                      <Switch
                        label={o.forAllLabel(w.site[site.id])}
                        on={!offForAll.includes(site.id)}
                        disabled={fixed}
                        onChange={(on) => switchForAll(site.id, on)}
                      />
                    </td>
                  )}
                </tr>
              );
            })}
          </tbody>
        </table>
      </Scrolls>
      <Wrong>{wrong}</Wrong>
      {fixed && <p className="help">{o.setByCompany}</p>}
      {settings.origins.length > 0 && <Added settings={settings} />}
      <AddHost settings={settings} sites={sites} />
      <p className="note">
        <Icon name="info" />
        {o.otherPages}
      </p>
    </>
  );
}

/** The workspace's own switches, which an admin turns. */
function useForAll(off: readonly SiteId[]) {
  const { change, wrong } = useWorkspaceSetting();
  return {
    change: (site: SiteId, on: boolean) => change({ sitesOff: on ? off.filter((other) => other !== site) : [...off, site] }),
    wrong,
  };
}

const hostOf = (origin: string) =>
  URL.canParse(origin) ? new URL(origin).host : origin.replace(/^\*?[^:]*:\/\//, '').replace(/\/\*$/, '');

function Permission({ site }: { site: KnownSite }) {
  const { w } = useWords();
  const { requestOrigins } = useWorld();
  const missing = useMissing(site.origins);
  if (missing.length === 0) return null;
  return (
    <span className="row needs">
      <small>{w.options.needsPermission}</small>
      <button type="button" className="btn small" onClick={() => void requestOrigins([...missing]).catch(() => undefined)}>
        {w.options.allow}
      </button>
    </span>
  );
}

function Added({ settings }: { settings: Settings }) {
  const { w } = useWords();
  const { ask, dropOrigins } = useWorld();
  const o = w.options;
  const remove = (origin: string) =>
    void dropOrigins([`${origin}/*`]).finally(() =>
      ask('settings', { origins: settings.origins.filter((added) => added.origin !== origin) }),
    );
  return (
    <ul className="added">
      {settings.origins.map(({ origin, site }) => (
        <li key={origin} className="row">
          <span className="grow cut">{hostOf(origin)}</span>
          <span className="quiet t12">{w.site[site]}</span>
          <button type="button" className="btn small" aria-label={o.removeHost(hostOf(origin))} onClick={() => remove(origin)}>
            {o.remove}
          </button>
        </li>
      ))}
    </ul>
  );
}

/** The origin of what a person types or copies out of the address line, or nothing. */
export function originOf(text: string): string | undefined {
  const typed = text.trim();
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(typed) ? typed : `https://${typed}`);
  if (!url || !/^https?:$/.test(url.protocol) || /\s/.test(typed) || url.username) return undefined;
  return url.hostname.includes('.') || url.hostname === 'localhost' ? url.origin : undefined;
}

export function AddHost({ settings, sites, onAdded }: { settings: Settings; sites: readonly KnownSite[]; onAdded?: () => void }) {
  const { w } = useWords();
  const { ask, requestOrigins } = useWorld();
  const o = w.options;
  const [open, setOpen] = useState(false);
  const [text, setText] = useState('');
  const kinds = sites.filter((site) => site.origins.length === 0 || site.ownHosts).map((site) => site.id);
  const [kind, setKind] = useState<SiteId>(kinds.find((one) => one === 'roundcube') ?? kinds[0] ?? 'roundcube');
  const [said, setSaid] = useState<{ text: string; wrong?: boolean }>();
  const origin = originOf(text);
  const known = origin !== undefined && settings.origins.some((added) => added.origin === origin);
  const pattern = `${origin}/*`;

  if (!open)
    return (
      <div className="row add-host">
        <button type="button" className="btn" onClick={() => setOpen(true)}>
          <Icon name="plus" />
          {o.addSite}
        </button>
        <span className="quiet t12">{said?.text ?? o.addSiteText}</span>
      </div>
    );
  const decided = (given: boolean) => {
    const host = hostOf(origin ?? text);
    if (!given) return setSaid({ text: o.siteRefused(host), wrong: true });
    ask('settings', { origins: [...settings.origins, { origin: origin ?? '', site: kind }] }).then(
      () => {
        setSaid({ text: o.siteAdded(host) });
        setText('');
        setOpen(false);
        onAdded?.();
      },
      () => setSaid({ text: w.failed, wrong: true }),
    );
  };
  return (
    <div className="add-host well">
      <label className="label" htmlFor="add-host">
        {o.addSiteLabel}
      </label>
      <div className="row">
        <input
          id="add-host"
          className="field"
          autoComplete="off"
          spellCheck={false}
          placeholder={o.addSiteHint}
          value={text}
          aria-invalid={(text !== '' && !origin) || undefined}
          onChange={(e) => {
            setText(e.target.value);
            setSaid(undefined);
          }}
        />
        <Choice
          field
          label={o.addSiteKind}
          value={kind}
          items={kinds.map((value) => ({ value, label: w.site[value] }))}
          onChange={setKind}
        />
      </div>
      <p className={said?.wrong || (text && !origin) || known ? 'help wrong' : 'help'} role="status">
        {said?.text ?? (known ? o.siteKnown : text && !origin ? o.siteWrong : o.addSiteText)}
      </p>
      <div className="row">
        {/* The browser asks only while the click lasts: the request is the first thing that happens. */}
        <button
          type="button"
          className="btn main"
          disabled={!origin || known}
          onClick={() => void requestOrigins([pattern]).then(decided, () => decided(false))}
        >
          {origin ? o.allowHost(hostOf(origin)) : o.allow}
        </button>
        <button type="button" className="btn plain" onClick={() => setOpen(false)}>
          {w.cancel}
        </button>
      </div>
    </div>
  );
}
