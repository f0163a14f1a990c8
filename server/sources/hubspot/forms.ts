import type { Arrival } from '../../ingest/arrival.ts';
import { type Link, permitted } from '../source.ts';
import { call, forms as formsPath } from './api.ts';
import { all, type CampaignOf } from './campaigns.ts';
import type { FormsByContact } from './contact.ts';
import type { Listed } from './search.ts';

/**
 * Filled-in forms, form by form, newest first: HubSpot tells them no other way. Where the key may not read them, the
 * contact's own history of conversions stands in; each span of time is told by one of the two, never by both.
 */
export interface FormsRead {
  /** Epoch ms: read from forms within these; by contacts outside. */
  spans: { from: number; to?: number }[];
  /** When they were looked through last. */
  at: number;
  /** The newest submission read of each form. */
  newest: Record<string, number>;
  /** In the middle of looking: the form that is read, where in it or that it was read to its end, and the newest that was seen of it. */
  open?: { form: string; after?: string; whole?: true; newest: number };
}
export interface Form {
  id: string;
  name: string;
}
interface Submission {
  conversionId?: string;
  submittedAt: number;
  values: { name: string; value: string }[];
  pageUrl?: string;
}

const submissionsPage = 50;
/** Forms nobody seems to have filled in are looked at no more often. */
export const formsEveryMs = 3_600_000;
const overlap = 120_000;

/** Which span of time is whose, as of this run. */
export function spansNow(known: FormsRead | undefined, may: boolean, now: number, firstRun: boolean): FormsRead | undefined {
  const last = known?.spans.at(-1);
  const open = last !== undefined && last.to === undefined;
  if (may === open) return known;
  if (may) return { at: 0, newest: {}, ...known, spans: [...(known?.spans ?? []), { from: firstRun ? 0 : now }] };
  return { ...known!, spans: [...known!.spans.slice(0, -1), { ...last!, to: known!.at }] };
}
export const byContact = (read: FormsRead | undefined): FormsByContact => {
  const spans = read?.spans ?? [];
  return (at) => !spans.some(({ from, to }) => at >= from && (to === undefined || at < to));
};
/** From when on a form's submissions are to be read; epoch ms. */
export const formSince = (read: FormsRead, form: string): number =>
  Math.max(read.spans.at(-1)?.from ?? 0, (read.newest[form] ?? 0) - overlap);

/** Whether the key may read forms at all. `undefined`: it may not. */
export async function readForms(link: Link): Promise<Form[] | undefined> {
  return permitted(async () => {
    const found: Form[] = [];
    for await (const { id, name } of all<Form>(link, formsPath, { formTypes: 'all' })) found.push({ id, name });
    return found.sort((a, b) => (a.id < b.id ? -1 : 1));
  }, undefined);
}

/** One page of one form's submissions; `more` is where to go on with it. */
export async function submissions(
  link: Link,
  form: Form,
  since: number,
  after: string | undefined,
  campaignOf: CampaignOf,
): Promise<{ arrivals: Arrival[]; newest: number; more?: string }> {
  const query = new URLSearchParams({ limit: String(submissionsPage), ...(after && { after }) });
  const answer = await call<Listed<Submission>>(
    link,
    'GET',
    `/form-integrations/v1/submissions/forms/${encodeURIComponent(form.id)}?${query}`,
  );
  const fresh = answer.results.filter((s) => s.submittedAt >= since);
  const more = fresh.length === answer.results.length ? answer.paging?.next?.after : undefined;
  return {
    arrivals: fresh.flatMap((s) => arrivalOf(form, s, campaignOf) ?? []),
    newest: Math.max(0, ...answer.results.map((s) => s.submittedAt)),
    ...(more !== undefined && { more }),
  };
}

function arrivalOf(form: Form, { conversionId, submittedAt, values, pageUrl }: Submission, campaignOf: CampaignOf): Arrival | undefined {
  const email = values.find((v) => v.name === 'email')?.value;
  if (!email) return undefined;
  const campaign = campaignOf('FORM', form.id);
  return {
    person: { keys: [{ kind: 'email', value: email }] },
    touch: { kind: 'form', asset: form.name, ...(campaign && { campaign }), ...(pageUrl && { link: pageUrl }) },
    source: 'hubspot',
    sourceId: `submission:${form.id}:${conversionId ?? `${submittedAt}:${email}`}`,
    at: new Date(submittedAt).toISOString(),
  };
}
