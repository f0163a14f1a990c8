import type { CampaignFigures, CampaignReportRow } from '../../lib/contract/routes/reports.ts';
import type { AttributionModel, Channel } from '../../lib/funnel/words.ts';
import type { Credited } from './arithmetic/credit.ts';
import type { Question, Span, Which } from './arithmetic/question.ts';
import { share } from './arithmetic/share.ts';
import { spendIn } from './arithmetic/spend.ts';
import { type Tally, tallies } from './arithmetic/tallies.ts';
import { marks } from './arithmetic/touched.ts';

export interface CampaignsAsked {
  span: Span;
  compare?: Span;
  /** Campaigns of this channel, this campaign alone. */
  channel?: Channel;
  campaign?: string;
  /** Of people alone whose lead is such. */
  which?: Pick<Which, 'owner' | 'origin' | 'segment'>;
  attribution?: AttributionModel;
}

/**
 * What each campaign brought, and what sales made of it. Campaigns of which nothing is known in either period are left
 * out; so are, where some leads alone are asked for, those that did nothing for them but cost money.
 */
export async function campaigns(question: Question, { span, compare, channel, campaign, which = {}, attribution }: CampaignsAsked) {
  const marked = await marks(question);
  const isListed = Uint8Array.from(marked.campaigns, (one) =>
    (channel === undefined || one.channel === channel) && (campaign === undefined || one.id === campaign) ? 1 : 0,
  );
  const now = await tallies(question, marked, span, { isListed, which, ...(attribution && { attribution }) });
  const before = compare && (await tallies(question, marked, compare, { isListed, which }));
  const known = marked.campaigns.flatMap((campaign, number) =>
    isListed[number] ? [{ campaign, tally: now.of[number]!, tallyBefore: before?.of[number] }] : [],
  );
  const spent = await spendIn(question, span);

  const row = (tally: Tally, tallyBefore: Tally | undefined, ids: ReadonlySet<string>): CampaignReportRow => ({
    ...figuresOf(tally),
    reasons: [...tally.reasons].map(([reason, n]) => ({ reason, n })).sort((a, b) => b.n - a.n || (a.reason < b.reason ? -1 : 1)),
    verdicts: tally.verdicts,
    spent: sumByCurrency(spent.filter((one) => ids.has(one.campaign))),
    ...(now.credited && { credited: creditedTo(now.credited, ids) }),
    ...(tallyBefore && { before: figuresOf(tallyBefore) }),
  });
  const creditedTo = (credited: Credited, ids: ReadonlySet<string>) => {
    const sums = [0, 0, 0, 0];
    for (const id of ids) for (const i of sums.keys()) sums[i]! += credited.campaigns.get(id)?.weight[attribution!][i] ?? 0;
    return { accepted: sums[0]!, sql: sums[1]!, opportunity: sums[2]!, customer: sums[3]! };
  };

  const items = known
    .map(({ campaign, tally, tallyBefore }) => ({ campaign, ...row(tally, tallyBefore, new Set([campaign.id])) }))
    .filter((one) => did(one) || (one.before !== undefined && did(one.before)) || (Object.keys(which).length === 0 && one.spent.length > 0))
    .sort((a, b) => b.handedOver - a.handedOver || b.touched - a.touched || (a.campaign.name < b.campaign.name ? -1 : 1));
  return { items, total: row(now.total, before?.total, new Set(items.map(({ campaign }) => campaign.id))) };
}

const did = (one: CampaignFigures & Partial<CampaignReportRow>): boolean =>
  one.touched > 0 ||
  one.handedOver > 0 ||
  Object.values(one.verdicts ?? {}).some((n) => n > 0) ||
  Object.values(one.credited ?? {}).some((n) => n > 0);

const figuresOf = ({ touched, handedOver, accepted, qualified, returned }: Tally): CampaignFigures => ({
  touched,
  handedOver,
  accepted: share(accepted, handedOver),
  qualified: share(qualified, handedOver),
  returned,
});

function sumByCurrency(rows: readonly { currency: string; spent: number }[]): { value: number; currency: string }[] {
  const sums = new Map<string, number>();
  for (const { currency, spent } of rows) sums.set(currency, (sums.get(currency) ?? 0) + spent);
  return [...sums]
    .map(([currency, value]) => ({ value, currency }))
    .filter(({ value }) => value > 0)
    .sort((a, b) => (a.currency < b.currency ? -1 : 1));
}
