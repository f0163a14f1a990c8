import { type RawBuilder, sql } from 'kysely';
import type { CampaignFigures, CampaignReportRow } from '../../lib/contract/routes/reports.ts';
import { type AttributionModel, type Channel, type Verdict, verdicts } from '../../lib/funnel/words.ts';
import { credit } from './arithmetic/credit.ts';
import { of as among } from './arithmetic/passages.ts';
import type { Question, Span, Which } from './arithmetic/question.ts';
import { share } from './arithmetic/share.ts';
import { spendIn } from './arithmetic/spend.ts';

export interface CampaignsAsked {
  span: Span;
  compare?: Span;
  /** Campaigns of this channel alone. */
  channel?: Channel;
  which?: Pick<Which, 'segment'>;
  attribution?: AttributionModel;
}

/** What each campaign brought, and what sales made of it. Campaigns of which nothing is known in either period are left out. */
export async function campaigns(question: Question, { span, compare, channel, which = {}, attribution }: CampaignsAsked) {
  const { trx, workspace } = question;
  const known = await trx
    .selectFrom('campaign')
    .select(['id', 'name', 'channel'])
    .where('workspace', '=', workspace)
    .$if(channel !== undefined, (q) => q.where('channel', '=', channel!))
    .execute();
  const listed = new Set(known.map(({ id }) => id));
  // Every campaign, or those of one channel.
  const of = channel === undefined ? sql`is not null` : sql`= any (${[...listed]}::uuid[])`;
  const now = await counts(question, span, of, which);
  const before = compare && (await counts(question, compare, of, which));
  const said = await verdictsIn(question, span, of, which);
  const spent = (await spendIn(question, span)).filter((row) => listed.has(row.campaign));
  const credited = attribution && (await credit(question, span, which));

  const row = (campaign: string | undefined): CampaignReportRow => ({
    ...figuresOf(now, campaign),
    reasons: reasonsOf(now, campaign),
    verdicts: Object.fromEntries(verdicts.map((verdict) => [verdict, said.get(keyOf(campaign, verdict)) ?? 0])) as Record<Verdict, number>,
    spent: sumByCurrency(spent.filter((one) => campaign === undefined || one.campaign === campaign)),
    ...(credited && { credited: creditedTo(campaign === undefined ? known.map(({ id }) => id) : [campaign]) }),
    ...(before && { before: figuresOf(before, campaign) }),
  });
  const creditedTo = (ids: readonly string[]) => {
    const sums = ids.reduce(
      (sum, id) => sum.map((value, i) => value + (credited?.campaigns.get(id)?.weight[attribution!][i] ?? 0)),
      [0, 0, 0, 0],
    );
    return { accepted: sums[0]!, sql: sums[1]!, opportunity: sums[2]!, customer: sums[3]! };
  };

  const items = known
    .map((campaign) => ({ campaign, ...row(campaign.id) }))
    .filter((one) => happened(one) || (one.before !== undefined && happened(one.before)))
    .sort((a, b) => b.handedOver - a.handedOver || b.touched - a.touched || (a.campaign.name < b.campaign.name ? -1 : 1));
  return { items, total: row(undefined) };
}

const happened = (one: CampaignFigures & Partial<CampaignReportRow>): boolean =>
  one.touched > 0 ||
  one.handedOver > 0 ||
  (one.spent?.length ?? 0) > 0 ||
  Object.values(one.verdicts ?? {}).some((n) => n > 0) ||
  Object.values(one.credited ?? {}).some((n) => n > 0);

/** Of one campaign, or of all together under no name. */
const keyOf = (campaign: string | undefined | null, verdict: Verdict): string => `${campaign ?? ''} ${verdict}`;

interface Counts {
  touched: Map<string | undefined, number>;
  handoffs: Map<string | undefined, HandoffRow[]>;
}
interface HandoffRow {
  campaign: string | null;
  accepted: boolean;
  qualified: boolean;
  returned: boolean;
  reason: string | null;
  n: number;
}

function figuresOf({ touched, handoffs }: Counts, campaign: string | undefined): CampaignFigures {
  const rows = handoffs.get(campaign) ?? [];
  const sum = (some: (row: HandoffRow) => boolean) => rows.reduce((n, row) => n + (some(row) ? row.n : 0), 0);
  const handedOver = sum(() => true);
  return {
    touched: touched.get(campaign) ?? 0,
    handedOver,
    accepted: share(sum(({ accepted }) => accepted), handedOver), // biome-ignore format: short
    qualified: share(sum(({ qualified }) => qualified), handedOver), // biome-ignore format: short
    returned: sum(({ returned }) => returned),
  };
}

function reasonsOf({ handoffs }: Counts, campaign: string | undefined): { reason: string; n: number }[] {
  const sums = new Map<string, number>();
  for (const { returned, reason, n } of handoffs.get(campaign) ?? []) if (returned && reason) sums.set(reason, (sums.get(reason) ?? 0) + n);
  return [...sums].map(([reason, n]) => ({ reason, n })).sort((a, b) => b.n - a.n || (a.reason < b.reason ? -1 : 1));
}

function sumByCurrency(rows: readonly { currency: string; spent: number }[]): { value: number; currency: string }[] {
  const sums = new Map<string, number>();
  for (const { currency, spent } of rows) sums.set(currency, (sums.get(currency) ?? 0) + spent);
  return [...sums]
    .map(([currency, value]) => ({ value: Math.round(value), currency }))
    .filter(({ value }) => value > 0)
    .sort((a, b) => (a.currency < b.currency ? -1 : 1));
}

/** `of` is what a campaign's id must be. */
async function counts(question: Question, span: Span, of: RawBuilder<unknown>, which: Which): Promise<Counts> {
  const { trx, workspace, asOf } = question;
  const w = sql`${workspace}::uuid`;
  const during = (at: RawBuilder<unknown>) =>
    sql`${at} >= ${span.since}::timestamptz and ${at} < ${span.until}::timestamptz and ${at} <= ${asOf}::timestamptz`;
  const { rows: people } = await sql<{ campaign: string | null; n: number }>`
    with touched as materialized (
      select distinct t.campaign, t.person from touch t
      where t.workspace = ${w} and t.campaign ${of} and t.active and ${during(sql`t.at`)} ${among(w, sql`t`, which)}
    )
    select campaign, count(*) as n from touched group by campaign
    union all
    select null, count(*) from (select distinct person from touched) as everybody`.execute(trx);
  // Who qualifies without accepting has accepted: a stage that was skipped was passed.
  const { rows: handoffs } = await sql<HandoffRow>`
    with opened as (
      select id, person, opened_at, reason,
             state = 'qualified' and answered_at <= ${asOf}::timestamptz as qualified,
             state = 'returned' and answered_at <= ${asOf}::timestamptz as returned,
             coalesce(accepted_at <= ${asOf}::timestamptz, false) as taken
      from handoff where workspace = ${w} and ${during(sql`opened_at`)} ${among(w, sql`handoff`, which)}
    ), touched as (
      select o.*, c.campaign from opened o cross join lateral (${touchedBefore(question, sql`o.person`, sql`o.opened_at`, of)}) as c
    )
    select campaign, coalesce(taken or qualified, false) as accepted, coalesce(qualified, false) as qualified,
           coalesce(returned, false) as returned, reason, count(*) as n
    from (select campaign, id, taken, qualified, returned, reason from touched
          union all
          select distinct null::uuid, id, taken, qualified, returned, reason from touched) as every
    group by 1, 2, 3, 4, 5`.execute(trx);
  return {
    touched: new Map(people.map(({ campaign, n }) => [campaign ?? undefined, n])),
    handoffs: Map.groupBy(handoffs, ({ campaign }) => campaign ?? undefined),
  };
}

/** Verdicts by campaign; all together under no name, each of them once. */
async function verdictsIn(question: Question, span: Span, of: RawBuilder<unknown>, which: Which): Promise<Map<string, number>> {
  const { trx, workspace, asOf } = question;
  const { rows } = await sql<{ campaign: string | null; verdict: Verdict; n: number }>`
    with given as (
      select id, person, campaign, verdict, at from feedback
      where workspace = ${workspace}::uuid and kind = 'verdict' and at >= ${span.since}::timestamptz and at < ${span.until}::timestamptz
        and at <= ${asOf}::timestamptz ${among(sql`${workspace}::uuid`, sql`feedback`, which)}
    ), about as (
      select g.id, g.verdict, g.campaign from given g where g.campaign ${of}
      union all
      select g.id, g.verdict, c.campaign from given g
      cross join lateral (${touchedBefore(question, sql`g.person`, sql`g.at`, of)}) as c
      where g.campaign is null
    )
    select campaign, verdict, count(*) as n
    from (select campaign, id, verdict from about union all select distinct null::uuid, id, verdict from about) as every
    group by 1, 2`.execute(trx);
  return new Map(rows.map(({ campaign, verdict, n }) => [keyOf(campaign, verdict), n]));
}

/** The campaigns that engaged a person within the look-back before an instant, each once. */
function touchedBefore(
  { workspace, agreement }: Question,
  person: RawBuilder<unknown>,
  at: RawBuilder<unknown>,
  of: RawBuilder<unknown>,
): RawBuilder<unknown> {
  const { zone } = agreement.calendar;
  return sql`
    select distinct t.campaign from touch t
    where t.workspace = ${workspace}::uuid and t.person = ${person} and t.campaign ${of} and t.active and t.at <= ${at}
      and t.at >= (${at} at time zone ${zone} - make_interval(months => ${agreement.lookBackMonths}::integer)) at time zone ${zone}`;
}
