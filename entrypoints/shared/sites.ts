import type { KnownSite } from '../../components/options/page.tsx';
import { sites } from '../../lib/sites/index.ts';

/** What this build can read, and the origins each reader needs. */
export const knownSites: readonly KnownSite[] = sites.map(({ id, matches, ownHosts }) => ({
  id,
  origins: matches,
  ...(ownHosts && { ownHosts }),
}));
