import { useState } from 'react';
import type { SiteId } from '../../lib/sites/site.ts';
import { useMissing } from '../use-missing.ts';
import { useWords } from '../words/words.tsx';
import { useWorld } from '../world.tsx';

/** On a site whose hosts the browser has not given: without them the card does not stand beside the page. */
export function NotAllowed({ origins }: { origins: readonly string[] }) {
  const { w } = useWords();
  const { requestOrigins } = useWorld();
  const missing = useMissing(origins);
  if (missing.length === 0) return null;
  return (
    <section className="row not-allowed">
      <p className="grow">
        {w.options.needsPermission} {w.popup.untilAllowed}
      </p>
      <button type="button" className="btn small" onClick={() => void requestOrigins([...missing]).catch(() => undefined)}>
        {w.options.allow}
      </button>
    </section>
  );
}

export interface Addable {
  origin: string;
  site: SiteId;
}

/** Over a webmail on a host of one's own: with the host allowed, the card stands there as it does anywhere else. */
export function AddHere({ origin, site }: Addable) {
  const { w } = useWords();
  const { ask, requestOrigins } = useWorld();
  const [said, setSaid] = useState<string>();
  const { host, hostname, protocol } = new URL(origin);
  const add = () => {
    const known = ask('addHost', { origin, site });
    // The browser asks only while the click lasts, and its question may close this popup: nothing is waited for before.
    requestOrigins([`${protocol}//${hostname}/*`]).then(
      (given) => {
        if (!given) return setSaid(w.options.siteRefused(host));
        known
          .then(() => ask('addHost', { origin, site }))
          .then(
            () => setSaid(w.options.siteAdded(host)),
            () => setSaid(w.failed),
          );
      },
      () => setSaid(w.options.siteRefused(host)),
    );
  };
  return (
    <section className="row not-allowed">
      <p className="grow" role="status">
        {said ?? w.popup.ownHost(w.site[site], host)}
      </p>
      {said === undefined && (
        <button type="button" className="btn small" onClick={add}>
          {w.options.allow}
        </button>
      )}
    </section>
  );
}
