import { useMemo, useState } from 'react';
import type { Settings, Status } from '../../lib/bridge/protocol.ts';
import type { SiteId } from '../../lib/sites/site.ts';
import type { KnownSite } from '../options/page.tsx';
import { AddHost } from '../options/sites.tsx';
import { Switch } from '../parts/page.tsx';
import { useMissing } from '../use-missing.ts';
import { useWords } from '../words/words.tsx';
import { useWorld } from '../world.tsx';

type Sites = Settings['sites'];

/** Where it may look. What the browser has not allowed yet it asks for once, in the click. */
export function ChooseSites({ status, sites, onDone }: { status: Status; sites: readonly KnownSite[]; onDone: () => void }) {
  const { w } = useWords();
  const c = w.welcome;
  const { ask, requestOrigins } = useWorld();
  const every = useMemo(() => sites.flatMap((site) => site.origins), [sites]);
  const named = sites.filter((site) => site.origins.length > 0);
  const [on, setOn] = useState<Partial<Record<SiteId, boolean>>>(() =>
    Object.fromEntries(named.map((site) => [site.id, status.settings.sites[site.id]?.on ?? true])),
  );
  const [refused, setRefused] = useState(false);
  const missing = useMissing(every);

  const chosen = named.filter((site) => on[site.id]);
  const asking = chosen.flatMap((site) => site.origins).filter((origin) => missing.includes(origin));
  const keep = async (given: boolean) => {
    if (!given) return setRefused(true);
    const next: Sites = {};
    for (const site of named) {
      const before = status.settings.sites[site.id] ?? { on: true, opensByItself: site.id !== 'linkedin' };
      next[site.id] = { ...before, on: on[site.id] ?? false };
    }
    await ask('settings', { sites: next });
    onDone();
  };
  return (
    <>
      <h1>{c.sitesTitle}</h1>
      <p>{c.sitesText}</p>
      <ul className="site-list">
        {named.map((site) => (
          <li key={site.id} className="row">
            <span className="grow">
              <b>{w.site[site.id]}</b>
              <small>{site.id === 'linkedin' ? c.linkedinHint : w.options.hosts[site.id]}</small>
            </span>
            <Switch
              label={w.site[site.id]}
              on={on[site.id] ?? false}
              disabled={status.managed.sites === true}
              onChange={(value) => setOn({ ...on, [site.id]: value })}
            />
          </li>
        ))}
        <li>
          <b>{c.roundcube}</b>
          {status.settings.origins.length > 0 && (
            <small>{status.settings.origins.map(({ origin }) => origin.replace(/^https?:\/\//, '')).join(', ')}</small>
          )}
          <AddHost settings={status.settings} sites={sites} />
        </li>
      </ul>
      {refused && (
        <p className="help wrong" role="alert">
          {c.notAllowed}
        </p>
      )}
      <div className="step-foot row">
        <button
          type="button"
          className="btn main"
          onClick={() => void (asking.length ? requestOrigins(asking) : Promise.resolve(true)).then(keep, () => setRefused(true))}
        >
          {asking.length ? c.allow(chosen.length) : c.goOn}
        </button>
        <button type="button" className="btn plain" onClick={onDone}>
          {c.notNow}
        </button>
        {asking.length > 0 && <span className="quiet t12 end">{c.browserAsks}</span>}
      </div>
    </>
  );
}
