import type { DigestBody } from '../../lib/contract/routes/digests.ts';
import type { Agreement } from '../../lib/funnel/agreement.ts';
import type { Language } from '../../lib/funnel/language.ts';
import { inUnits } from '../../lib/funnel/money.ts';
import { periodIn, periodTitle } from '../../lib/funnel/periodNames.ts';
import { localeOf, sayIn } from '../../lib/funnel/sentences/say.ts';
import type { Share } from '../reports/arithmetic/share.ts';
import { wordsIn } from './words.ts';

export interface MailText {
  subject: string;
  text: string;
}

/**
 * A digest in plain words, for mail, in the language of whoever gets it. What the teams wrote themselves (promises, names,
 * reasons of their own) stays as they wrote it.
 */
export function textOf(
  head: { period: string; from: string; to: string },
  { marketing, sales, commitments }: DigestBody,
  { language, agreement }: { language: Language; agreement: Agreement | undefined },
): MailText {
  const w = wordsIn[language];
  const say = sayIn(language);
  const locale = localeOf[language];
  const number = (value: number, digits = 0) =>
    new Intl.NumberFormat(locale, { maximumFractionDigits: digits, minimumFractionDigits: digits }).format(value);
  const money = (value: number, currency: string) =>
    new Intl.NumberFormat(locale, { style: 'currency', currency }).format(inUnits(value, currency));
  const percent = (value: number) => new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 }).format(value);
  const counted = (say: (n: string, one: boolean) => string, n: number) => say(number(n), n === 1);
  const share = ({ n, of, share, low, high }: Share) =>
    share === undefined
      ? w.share(number(n), number(of))
      : `${w.interval(percent(share), percent(low!), percent(high!))}, ${w.share(number(n), number(of))}`;
  const reason = (code: string | undefined) =>
    code === undefined ? w.noReason : say.reason(code, agreement?.reasons.find((one) => one.code === code)?.label ?? code);
  const length = (minutes: number) => `${number(Math.floor(minutes / 60))} h ${number(Math.round(minutes % 60))} min`;

  const { handoffs, feedback, coming, budget } = marketing;
  const { answers, reasons, verdicts, unanswered } = sales;
  const opened = Object.values(handoffs).reduce((a, b) => a + b, 0);
  const lines = [
    w.about(periodTitle(language, head.period), say.day(head.from), say.day(head.to)),
    '',
    w.toSales,
    counted(w.handedOver, opened),
    ...marketing.stages
      .filter(({ entered }) => entered > 0)
      .map(({ stage, entered }) => `  ${w.entered(say.stage(stage), number(entered))}`),
    ...(budget.spent.length > 0
      ? budget.spent.map(({ value, currency }) => {
          const planned = budget.planned.find((one) => one.currency === currency);
          return w.spent(money(value, currency), planned && money(planned.value, currency));
        })
      : [w.nothingSpent]),
    ...(marketing.campaigns.length > 0 ? [w.broughtMost] : []),
    ...marketing.campaigns.map(({ name, sql }) => `  ${name}: ${number(sql, 1)}`),
    w.feedback(number(feedback.given), number(feedback.answered)),
    counted(w.coming, coming.waking),
    ...coming.campaigns.map(({ name, on }) => `  ${w.starts(name, say.day(on))}`),
    '',
    w.toMarketing,
    answers.inTime.of > 0 ? w.inTime(share(answers.inTime)) : w.noneDue,
    ...(answers.medianMinutes === undefined ? [] : [w.median(length(answers.medianMinutes))]),
    w.became(number(handoffs.accepted), number(handoffs.qualified), number(handoffs.returned), number(unanswered)),
    `${counted(w.back, reasons.total)}${reasons.items.length > 0 ? ': ' : ''}${reasons.items.map((one) => `${reason(one.reason)} ${number(one.n)}`).join(', ')}.`,
    w.verdicts(number(verdicts.strong), number(verdicts.fair), number(verdicts.poor)),
    '',
    w.promises,
    ...commitments.map(({ team, text, share: part, count, kept }) => {
      const delivered = part ? share(part) : count ? w.share(number(count.n), number(Math.round(count.promised))) : w.notCounted;
      return `${w.team[team]}: ${text}: ${delivered}${kept === undefined ? '' : `, ${kept ? w.kept : w.notKept}`}`;
    }),
    '',
    w.more,
  ];
  return { subject: w.subject(periodIn(language, head.period)), text: `${lines.join('\n')}\n` };
}
