import { sql } from 'kysely';
import { campaignsReport } from '../../lib/contract/routes/reports.ts';
import { answerTimesReport } from '../../lib/contract/routes/reports-answers.ts';
import { budgetReport } from '../../lib/contract/routes/reports-budget.ts';
import { commitmentsReport } from '../../lib/contract/routes/reports-commitments.ts';
import { crmHealthReport } from '../../lib/contract/routes/reports-crm-health.ts';
import { funnelReport } from '../../lib/contract/routes/reports-funnel.ts';
import { longTermReport } from '../../lib/contract/routes/reports-long-term.ts';
import { personReport } from '../../lib/contract/routes/reports-person.ts';
import { reasonsReport } from '../../lib/contract/routes/reports-reasons.ts';
import { segments } from '../../lib/contract/routes/segments.ts';
import { inUnits, written } from '../../lib/funnel/money.ts';
import { attributionModels, verdicts } from '../../lib/funnel/words.ts';
import type { App } from '../http/app.ts';
import { elsewhere } from '../store/merged.ts';
import { answerTimes } from './answer-times.ts';
import type { Cell } from './arithmetic/csv.ts';
import type { Share } from './arithmetic/share.ts';
import { asked, grainOf, jsonOrCsv, whichOf } from './asked.ts';
import { budget } from './budget.ts';
import { campaigns } from './campaigns.ts';
import { commitments } from './commitments.ts';
import { crmHealth } from './crm-health.ts';
import { funnel } from './funnel.ts';
import { longTerm } from './long-term.ts';
import { person } from './person.ts';
import { reasons } from './reasons.ts';

const name = (report: string, { from, to }: { from: string; to: string }): string => `${report} ${from} to ${to}`;
const shareCells = (share: Share | undefined): Cell[] => [share?.n, share?.of, share?.share, share?.low, share?.high];
const shareHead = (what: string): string[] => [what, `${what} of`, `${what} share`, `${what} low`, `${what} high`];

export function routes(app: App): void {
  app.handle(segments, async ({ trx, workspace }) => {
    const { rows } = await sql<{ segment: string; people: number }>`
      select segment, count(*)::int as people from person where workspace = ${workspace}::uuid and segment is not null
      group by segment order by people desc, segment limit 200`.execute(trx);
    return { items: rows };
  });

  app.handle(funnelReport, async (call) => {
    const { question, span, compare, head } = await asked(call, call.query);
    const grain = grainOf(span, call.query);
    const answer = { ...head, ...(await funnel(question, { span, ...(compare && { compare }), grain, which: whichOf(call, call.query) })) };
    return jsonOrCsv(call, name('funnel', span), answer, () => ({
      head: [
        'stage',
        'entered',
        'skipped',
        ...shareHead('went on'),
        'left',
        'open',
        'maturing',
        ...shareHead('to sql'),
        ...shareHead('to customer'),
        'median days',
        'entered before',
        ...shareHead('went on before'),
      ],
      rows: answer.stages.map((row) => [
        row.stage,
        row.entered,
        row.skipped,
        ...shareCells(row.wentOn),
        row.left,
        row.open,
        row.maturing,
        ...shareCells(row.toSql),
        ...shareCells(row.toCustomer),
        row.medianDays,
        row.before?.entered,
        ...shareCells(row.before?.wentOn),
      ]),
    }));
  });

  app.handle(campaignsReport, async (call) => {
    const { question, span, compare, head } = await asked(call, call.query);
    const { channel, campaign, owner, origin, segment, attribution } = call.query;
    const answer = {
      ...head,
      ...(await campaigns(question, {
        span,
        ...(compare && { compare }),
        channel,
        campaign,
        which: whichOf(call, { ...span, owner, origin, segment }),
        attribution,
      })),
    };
    const reasonCodes = answer.total.reasons.map(({ reason }) => reason);
    const currencies = answer.total.spent.map(({ currency }) => currency);
    return jsonOrCsv(call, name('campaigns', span), answer, () => ({
      head: [
        'campaign',
        'channel',
        'touched',
        'handed over',
        ...shareHead('accepted'),
        ...shareHead('qualified'),
        'returned',
        ...reasonCodes.map((reason) => `returned: ${reason}`),
        ...verdicts,
        ...currencies.map((currency) => `spent ${currency}`),
        ...(attribution ? ['accepted', 'sql', 'opportunity', 'customer'].map((outcome) => `${outcome} by ${attribution}`) : []),
        ...(compare ? ['touched before', 'handed over before', ...shareHead('accepted before'), 'returned before'] : []),
      ],
      rows: answer.items.map((row) => [
        row.campaign.name,
        row.campaign.channel,
        row.touched,
        row.handedOver,
        ...shareCells(row.accepted),
        ...shareCells(row.qualified),
        row.returned,
        ...reasonCodes.map((code) => row.reasons.find(({ reason }) => reason === code)?.n ?? 0),
        ...verdicts.map((verdict) => row.verdicts[verdict]),
        ...currencies.map((currency) => inUnits(row.spent.find((one) => one.currency === currency)?.value ?? 0, currency)),
        ...(row.credited ? [row.credited.accepted, row.credited.sql, row.credited.opportunity, row.credited.customer] : []),
        ...(row.before ? [row.before.touched, row.before.handedOver, ...shareCells(row.before.accepted), row.before.returned] : []),
      ]),
    }));
  });

  app.handle(answerTimesReport, async (call) => {
    const { question, span, compare, head } = await asked(call, call.query);
    const answer = {
      ...head,
      ...(await answerTimes(question, {
        span,
        ...(compare && { compare }),
        grain: grainOf(span, call.query),
        which: whichOf(call, call.query),
        ...(call.user.role === 'rep' && { holder: call.user.id }),
      })),
    };
    return jsonOrCsv(call, name('answer times', span), answer, () => ({
      head: ['team', 'opened', ...shareHead('in time'), 'waiting', 'median minutes', 'p90 minutes', ...shareHead('in time before')],
      rows: [{ team: { name: answer.of === 'mine' ? 'mine' : 'all' }, ...answer.total }, ...answer.teams].map((row) => [
        row.team.name,
        row.opened,
        ...shareCells(row.inTime),
        row.waiting,
        row.medianMinutes,
        row.p90Minutes,
        ...shareCells(row.before?.inTime),
      ]),
    }));
  });

  app.handle(reasonsReport, async (call) => {
    const { question, span, compare, head } = await asked(call, call.query);
    const which = whichOf(call, call.query);
    const grain = grainOf(span, call.query);
    const answer = { ...head, ...(await reasons(question, { span, ...(compare && { compare }), grain, which })) };
    return jsonOrCsv(call, name('reasons', span), answer, () => ({
      head: ['reason', ...shareHead('came back'), 'recycled', 'disqualified', 'back again', 'qualified since', 'before', 'campaigns'],
      rows: answer.items.map((row) => [
        row.reason,
        ...shareCells(row.share),
        row.recycled,
        row.disqualified,
        row.back,
        row.qualifiedSince,
        row.before,
        row.campaigns.map((one) => `${one.name} (${one.n})`).join(' | '),
      ]),
    }));
  });

  app.handle(commitmentsReport, async (call) => {
    const { question, span, compare, head } = await asked(call, call.query);
    const { agreement, trx, workspace } = question;
    const [items, signed] = await Promise.all([
      commitments(question, { span, ...(compare && { compare }) }),
      trx
        .selectFrom('agreement')
        .select('in_force_at')
        .where('workspace', '=', workspace)
        .where('version', '=', agreement.version)
        .executeTakeFirst(),
    ]);
    const answer = {
      ...head,
      ...(signed && { agreement: { version: agreement.version, ...(signed.in_force_at !== null && { inForceAt: signed.in_force_at }) } }),
      items,
    };
    return jsonOrCsv(call, name('commitments', span), answer, () => ({
      head: ['team', 'promise', 'target', 'month', ...shareHead('kept'), 'count', 'promised', 'is kept'],
      rows: items.flatMap((item) =>
        [{ name: 'all', ...item }, ...item.months].map((row) => [
          item.team,
          item.text,
          item.target,
          row.name,
          ...shareCells(row.share),
          row.count?.n,
          row.count?.promised,
          row.kept,
        ]),
      ),
    }));
  });

  app.handle(budgetReport, async (call) => {
    const { question, span, compare, head } = await asked(call, call.query);
    const { channel, campaign, owner, origin, segment, attribution } = call.query;
    const which = whichOf(call, { ...span, owner, origin, segment });
    const answer = {
      ...head,
      ...(await budget(question, { span, ...(compare && { compare }), channel, campaign, which, attribution })),
    };
    const units = (value: number | undefined) => value && inUnits(value, answer.currency!);
    const sum = (list: readonly { value: number; currency: string }[]) =>
      list.map(({ value, currency }) => `${written(value, currency)} ${currency}`).join(' | ');
    return jsonOrCsv(call, name('budget', span), answer, () => ({
      head: [
        'channel',
        'campaign',
        'planned',
        'spent',
        'share of spend',
        'accepted',
        'sql',
        'share of sql',
        'opportunity',
        'customer',
        'pipeline',
        'won',
        'per accepted',
        'per sql',
        'per sql low',
        'per sql high',
        'per customer',
        ...attributionModels.map((model) => `sql by ${model}`),
      ],
      rows: [
        ...answer.channels.map((row) => ({ where: [row.channel, undefined] as Cell[], row })),
        ...answer.campaigns.map((row) => ({ where: [row.campaign.channel, row.campaign.name] as Cell[], row })),
      ].map(({ where, row }) => [
        ...where,
        sum(row.planned),
        sum(row.spent),
        row.shareOf.spent,
        row.outcomes.accepted,
        row.outcomes.sql,
        row.shareOf.sql,
        row.outcomes.opportunity,
        row.outcomes.customer,
        sum(row.pipeline),
        sum(row.won),
        units(row.costPer.accepted?.value),
        units(row.costPer.sql?.value),
        units(row.costPer.sql?.low),
        units(row.costPer.sql?.high),
        units(row.costPer.customer?.value),
        ...attributionModels.map((model) => row.models[model].sql),
      ]),
    }));
  });

  app.handle(longTermReport, async (call) => {
    const { question, span, head } = await asked(call, call.query);
    const answer = { ...head, ...(await longTerm(question, { span, which: whichOf(call, call.query) })) };
    const within = answer.total.within.map(({ months }) => months);
    return jsonOrCsv(call, name('long-term', span), answer, () => ({
      head: [
        'quarter',
        'channel',
        'people',
        ...shareHead('sql'),
        ...shareHead('customer'),
        'median months',
        'maturing',
        ...within.map((n) => `sql in ${n} months`),
      ],
      rows: [{ channel: undefined, ...answer.total, quarters: answer.quarters }, ...answer.channels].flatMap(
        ({ channel, quarters, ...all }) =>
          [{ name: 'all', ...all }, ...quarters].map((row) => [
            row.name,
            channel,
            row.people,
            ...shareCells(row.sql),
            ...shareCells(row.customer),
            row.months?.median,
            row.maturing,
            ...within.map((n) => row.within.find(({ months }) => months === n)?.share),
          ]),
      ),
    }));
  });

  app.handle(crmHealthReport, async (call) => {
    const { question, span, compare, head } = await asked(call, call.query);
    const answer = { ...head, items: await crmHealth(question, span, compare) };
    const names = (leads: readonly { name: string }[]): string => leads.map((lead) => lead.name).join(' | ');
    return jsonOrCsv(call, name('crm-health', span), answer, () => ({
      head: ['crm', 'what', 'name', 'times', 'last', 'leads'],
      rows: answer.items.flatMap(({ source, ...row }): Cell[][] => [
        [source.name, 'acts', 'all', row.acts],
        [source.name, 'acts', 'written', row.written.n],
        [source.name, 'acts', 'waiting', row.waiting],
        [source.name, 'acts', 'refused', row.refused],
        [source.name, 'acts', 'given up', row.givenUp],
        ...row.fields.map(({ field, times, last }) => [source.name, 'field', field, times, last]),
        ...row.refusals.map(({ sentence, n, last, leads }) => [source.name, 'refused', sentence, n, last, names(leads)]),
        ...row.kept.map(({ field, n, leads }) => [source.name, 'kept', field, n, undefined, names(leads)]),
        ...(row.unread ?? []).map(({ field, value, people, last }) => [source.name, 'not mapped', `${field}: ${value}`, people, last]),
      ]),
    }));
  });

  app.handle(personReport, async (call) => {
    const { trx, workspace, params, receivedAt } = call;
    const answer = await person(trx, workspace, params.id, receivedAt);
    if (!answer) return elsewhere(trx, workspace, params.id, personReport);
    return jsonOrCsv(call, 'person', answer, () => ({
      head: ['at', 'campaign', 'channel', 'kind', 'asset', 'link'],
      rows: answer.touches.map((row) => [row.at, row.campaignName, row.channel, row.kind, row.asset, row.link]),
    }));
  });
}
