import type { AgreementAnswer } from '../../components/options/in-force.tsx';
import type { Agreement } from '../../lib/funnel/agreement.ts';
import { compare } from '../../lib/funnel/checkAgreement.ts';
import type { Backend } from './backend.ts';
import { admin, manager, marketer } from './people.ts';

/**
 * What holds for everybody in a workspace: the tests of a worker have one backend, and what one of them switched on,
 * added or signed would be there in the next. People who are leads are not among it: each test has its own.
 *
 * @returns puts all of it back
 */
export async function asFound(backend: Backend): Promise<() => Promise<void>> {
  const asAdmin = await backend.as(admin);
  const list = async <T extends { id: string }>(of: string) => (await asAdmin<{ items: T[] }>('GET', `/v1/${of}`)).items;
  const settings = async () => (await asAdmin<{ settings: Settings }>('GET', '/v1/me')).settings;
  const look = async () => ({
    sources: await list('sources'),
    webhooks: await list('webhooks'),
    rules: await list<Rule>('rules'),
    users: await list('users'),
    teams: await list('teams'),
    settings: await settings(),
    agreement: await asAdmin<AgreementAnswer>('GET', '/v1/agreement'),
  });
  const found = await look();
  return async () => {
    const now = await look();
    const added = (of: 'sources' | 'webhooks' | 'users' | 'teams') => now[of].filter(({ id }) => !found[of].some((one) => one.id === id));
    for (const { id } of added('sources')) await asAdmin('DELETE', `/v1/sources/${id}?data=remove`);
    for (const { id } of added('webhooks')) await asAdmin('DELETE', `/v1/webhooks/${id}`);
    for (const { id, onSince } of now.rules) {
      const on = found.rules.find((rule) => rule.id === id)?.onSince !== undefined;
      if ((onSince !== undefined) !== on) await asAdmin('PATCH', `/v1/rules/${id}`, { on });
    }
    for (const { id } of added('users')) await asAdmin('PATCH', `/v1/users/${id}`, { disabled: true, team: null });
    for (const { id } of added('teams')) await asAdmin('DELETE', `/v1/teams/${id}`);
    const { sitesOff, cards, language } = found.settings;
    if (JSON.stringify(now.settings) !== JSON.stringify(found.settings))
      await asAdmin('PATCH', '/v1/settings', { sitesOff, cards, language });
    await signAgain(backend, found.agreement.agreement!, now.agreement);
  };
}

interface Settings {
  sitesOff: string[];
  cards: string;
  language: string;
}
interface Rule {
  id: string;
  onSince?: string;
}

/**
 * What was signed stays signed: both teams agree anew on what they had agreed on, in the place of whatever is proposed.
 * A reason that came meanwhile stands in decisions, and is retired.
 */
async function signAgain(backend: Backend, found: Agreement, { agreement, draft, versions }: AgreementAnswer): Promise<void> {
  const came = (agreement?.reasons ?? []).filter(({ code }) => !found.reasons.some((reason) => reason.code === code));
  const again = { ...found, reasons: [...found.reasons, ...came.map((reason) => ({ ...reason, retired: true as const }))] };
  if (!draft && agreement && compare(agreement, again).length === 0) return;
  const [asMarketer, asManager] = [await backend.as(marketer), await backend.as(manager)];
  const newest = versions[0]!.version;
  const { agreement: proposed } = await asManager<{ agreement: Agreement }>('PUT', '/v1/agreement', { ...again, version: newest });
  const signatures = `/v1/agreement/${proposed.version}/signatures`;
  await asMarketer('POST', signatures, { team: 'marketing' });
  await asManager('POST', signatures, { team: 'sales' });
}
