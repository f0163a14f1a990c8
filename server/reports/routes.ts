import { answerTimesReport } from '../../lib/contract/routes/reports-answers.ts';
import { commitmentsReport } from '../../lib/contract/routes/reports-commitments.ts';
import { funnelReport } from '../../lib/contract/routes/reports-funnel.ts';
import { reasonsReport } from '../../lib/contract/routes/reports-reasons.ts';
import type { App } from '../http/app.ts';
import { answerTimes } from './answer-times.ts';
import type { Cell } from './arithmetic/csv.ts';
import type { Share } from './arithmetic/share.ts';
import { asked, grainOf, jsonOrCsv, whichOf } from './asked.ts';
import { commitments } from './commitments.ts';
import { funnel } from './funnel.ts';
import { reasons } from './reasons.ts';

const name = (report: string, { from, to }: { from: string; to: string }): string => `${report} ${from} to ${to}`;
const shareCells = (share: Share | undefined): Cell[] => [share?.n, share?.of, share?.share, share?.low, share?.high];
const shareHead = (what: string): string[] => [what, `${what} of`, `${what} share`, `${what} low`, `${what} high`];

export function routes(app: App): void {
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
}
