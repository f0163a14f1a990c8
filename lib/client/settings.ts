import type { Settings, Status } from '../bridge/protocol.ts';
import type { SiteId } from '../sites/site.ts';
import { type Area, held } from './area.ts';

/** What the user chose on this device, under what the company's policy and the workspace fix. */

type SiteSettings = NonNullable<Settings['sites'][SiteId]>;
const site: SiteSettings = { on: true, opensByItself: true };

export const defaults: Settings = {
  language: 'auto',
  theme: 'system',
  notify: true,
  sites: {
    gmail: site,
    outlook: site,
    roundcube: site,
    // Nothing is put into LinkedIn's pages until the user has chosen how.
    linkedin: { on: true, opensByItself: false, mode: 'ask' },
    page: site,
  },
  origins: [],
  ownDomains: [],
};

export const siteIds = Object.keys(defaults.sites) as SiteId[];

/** The browser's managed policy, as its schema in the manifest has it. Unknown or misshapen entries are ignored. */
export interface Policy {
  backend?: string;
  sites?: Partial<Record<SiteId, boolean>>;
  ownDomains?: string[];
  linkedin?: 'overlay' | 'panel' | 'off';
}

export interface SettingsStore {
  /** With the policy applied. */
  get(): Promise<Settings>;
  policy(): Promise<Policy>;
  managed(): Promise<Status['managed']>;
  /** Sites that policy or workspace have switched off: nobody here can switch them on. */
  offForAll(): Promise<SiteId[]>;
  /** Changes what is named; sites are merged one by one. What the policy fixes stays as it is. */
  change(patch: Partial<Settings>): Promise<Settings>;
  forget(): Promise<void>;
}

/** `workspaceOff`: sites that the workspace has switched off for everybody. */
export function settingsStore(local: Area, managed: Area, workspaceOff: () => Promise<readonly SiteId[]> = async () => []): SettingsStore {
  const kept = held<Partial<Settings>>(local, 'settings');
  let inForce: Promise<Policy> | undefined;
  /** Read once in a worker's life, which is short enough for a policy to come through. */
  const policy = () => {
    inForce ??= readPolicy();
    return inForce;
  };

  async function readPolicy(): Promise<Policy> {
    const read = async (key: keyof Policy) => {
      try {
        return (await managed.get(key))[key];
      } catch {
        // Firefox rejects where no policy is installed.
        return undefined;
      }
    };
    const [backend, sites, ownDomains, linkedin] = await Promise.all([
      read('backend'),
      read('sites'),
      read('ownDomains'),
      read('linkedin'),
    ]);
    return {
      ...(typeof backend === 'string' && URL.canParse(backend) ? { backend } : {}),
      ...(isRecord(sites) ? { sites: onlyBooleans(sites) } : {}),
      ...(Array.isArray(ownDomains) ? { ownDomains: domains(ownDomains.filter((d): d is string => typeof d === 'string')) } : {}),
      ...(linkedin === 'overlay' || linkedin === 'panel' || linkedin === 'off' ? { linkedin } : {}),
    };
  }
  async function get(): Promise<Settings> {
    const [chosen, fixed, off] = await Promise.all([kept.get(), policy(), offForAll()]);
    return under(merge(defaults, chosen ?? {}), fixed, off);
  }
  async function offForAll(): Promise<SiteId[]> {
    const [{ sites }, off] = await Promise.all([policy(), workspaceOff()]);
    return siteIds.filter((id) => sites?.[id] === false || off.includes(id));
  }

  return {
    get,
    policy,
    offForAll,
    async managed() {
      const { backend, sites, ownDomains, linkedin } = await policy();
      return {
        ...(backend && { backend: true as const }),
        ...(sites && { sites: true as const }),
        ...(ownDomains && { ownDomains: true as const }),
        ...(linkedin && { linkedin: true as const }),
      };
    },
    async change(patch) {
      const before = (await kept.get()) ?? {};
      await kept.set(merge(merge(defaults, before), patch));
      return get();
    },
    forget: () => kept.remove(),
  };
}

function merge(base: Settings, patch: Partial<Settings>): Settings {
  const sites = { ...base.sites };
  for (const id of siteIds) {
    const change = patch.sites?.[id];
    if (change) sites[id] = { ...(sites[id] ?? site), ...change };
  }
  return { ...base, ...patch, sites, ownDomains: domains(patch.ownDomains ?? base.ownDomains) };
}

function under(settings: Settings, policy: Policy, off: readonly SiteId[]): Settings {
  const sites = { ...settings.sites };
  for (const [id, on] of Object.entries(policy.sites ?? {}) as [SiteId, boolean][]) sites[id] = { ...(sites[id] ?? site), on };
  for (const id of off) sites[id] = { ...(sites[id] ?? site), on: false };
  if (policy.linkedin) sites.linkedin = { ...(sites.linkedin ?? site), mode: policy.linkedin };
  return { ...settings, sites, ownDomains: policy.ownDomains ?? settings.ownDomains };
}

/** Lower-case, without `@`, in the form that addresses are compared in. */
const domains = (list: readonly string[]): string[] => [
  ...new Set(
    list.flatMap((text) => {
      const host = URL.parse(`http://${text.trim().replace(/^@/, '')}`)?.hostname;
      return host?.includes('.') ? [host] : [];
    }),
  ),
];

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const onlyBooleans = (value: Record<string, unknown>): Partial<Record<SiteId, boolean>> =>
  Object.fromEntries(siteIds.filter((id) => typeof value[id] === 'boolean').map((id) => [id, value[id] as boolean]));
