import type { Agreement } from '../../../lib/funnel/agreement.ts';
import type { Stage } from '../../../lib/funnel/words.ts';
import type { RawHandoff } from '../history.ts';
import { changesBy, during, height, lives, middle, type Narrow, narrowed, ratio, type World } from './common.ts';

type Days = { from: string; to: string };
const ladder: Stage[] = ['subscriber', 'lead', 'mql', 'sal', 'sql', 'opportunity', 'customer'];

export function funnel(world: World, span: Days, parts: Days[], narrow: Narrow) {
  const fits = narrowed(world, narrow);
  const all = lives(world).filter(({ person, at }) => during(world, at, span) && fits(person, at));
  const stages = ladder.map((stage) => {
    const here = all.filter((one) => one.stage === stage);
    let on = 0;
    let left = 0;
    let sql = 0;
    let customer = 0;
    const stays: number[] = [];
    const leaves = new Map<string, { to: Stage; reason?: string; n: number }>();
    for (const one of here) {
      if (one.passage.top > height(stage)) on++;
      else if (one.passage.left) {
        left++;
        const { to, reason } = one.passage.left;
        const found = leaves.get(`${to} ${reason}`) ?? { to, ...(reason !== null && { reason }), n: 0 };
        found.n++;
        leaves.set(`${to} ${reason}`, found);
      }
      if (one.passage.top >= height('sql')) sql++;
      if (one.passage.top >= height('customer')) customer++;
      if (!one.skipped && one.onAt !== undefined) stays.push((one.onAt - one.at) / 86_400_000);
    }
    const open = here.length - on - left;
    const median = middle(stays);
    return {
      stage,
      entered: here.length,
      skipped: here.filter((one) => one.skipped).length,
      wentOn: ratio(on, here.length),
      left,
      open,
      maturing: stage !== 'customer' && open / Math.max(1, here.length) > 0.1,
      ...(height(stage) < height('sql') && { toSql: ratio(sql, here.length) }),
      ...(stage !== 'customer' && { toCustomer: ratio(customer, here.length) }),
      ...(median !== undefined && { medianDays: median }),
      leaves: [...leaves.values()],
    };
  });
  const handoffs = world.raw.handoffs.filter(({ opened, person }) => during(world, opened, span) && fits(person, opened));
  const series = parts.map((part) => ({
    entered: Object.fromEntries(
      ladder.map((stage) => [stage, all.filter((one) => one.stage === stage && during(world, one.at, part)).length]),
    ),
    handoffs: Object.fromEntries(
      ['waiting', 'accepted', 'qualified', 'returned'].map((state) => [
        state,
        handoffs.filter((one) => one.state === state && during(world, one.opened, part)).length,
      ]),
    ),
  }));
  return { stages, series };
}

/** Opening spans of every day that matters, one after the other. */
function openings({ calendar }: Agreement): [number, number][] {
  const spans: [number, number][] = [];
  for (let day = Temporal.PlainDate.from('2024-06-01'); day.year < 2028; day = day.add({ days: 1 })) {
    if (calendar.holidays.includes(day.toString())) continue;
    for (const [from, to] of calendar.hours[day.dayOfWeek] ?? []) {
      const at = (time: string) => Temporal.ZonedDateTime.from(`${day}T${time}[${calendar.zone}]`).epochMilliseconds;
      spans.push([at(from), at(to)]);
    }
  }
  return spans;
}
let kept: { agreement: Agreement; spans: [number, number][] } | undefined;
function spansFor(agreement: Agreement): [number, number][] {
  if (kept?.agreement !== agreement) kept = { agreement, spans: openings(agreement) };
  return kept.spans;
}
function business(agreement: Agreement, from: number, to: number): number {
  let sum = 0;
  for (const [a, b] of spansFor(agreement)) if (b > from && a < to) sum += Math.min(b, to) - Math.max(a, from);
  return sum;
}
function after(agreement: Agreement, from: number, ms: number): number {
  if (ms <= 0) return from;
  let left = ms;
  for (const [a, b] of spansFor(agreement)) {
    if (b <= from) continue;
    const start = Math.max(a, from);
    if (b - start >= left) return start + left;
    left -= b - start;
  }
  return Number.POSITIVE_INFINITY;
}

const firstAnswer = (world: World, { accepted, answered }: RawHandoff): number | undefined => {
  const answers = [accepted, answered].filter((at): at is number => at !== null && at <= world.asOf);
  const first = Math.min(...[accepted, answered].filter((at): at is number => at !== null));
  return answers.includes(first) ? first : undefined;
};

export function times(world: World, agreement: Agreement, list: RawHandoff[]) {
  let inTime = 0;
  let settled = 0;
  const minutes: number[] = [];
  for (const one of list) {
    const answer = firstAnswer(world, one);
    if (answer !== undefined) minutes.push(business(agreement, one.opened, answer) / 60_000);
    if (answer === undefined && one.due! > world.asOf) continue;
    settled++;
    if (answer !== undefined && answer <= one.due!) inTime++;
  }
  const median = middle(minutes);
  const p90 = middle(minutes, 0.9);
  return {
    opened: list.length,
    inTime: ratio(inTime, settled),
    waiting: list.length - settled,
    ...(median !== undefined && { medianMinutes: median, p90Minutes: p90! }),
  };
}

export function answerTimes(world: World, agreement: Agreement, span: Days, parts: Days[], narrow: Narrow, holder?: string) {
  const fits = narrowed(world, narrow);
  const list = world.raw.handoffs.filter(
    (one) => one.due !== null && during(world, one.opened, span) && fits(one.person, one.opened) && (!holder || one.holder === holder),
  );
  const of = (some: RawHandoff[]) => times(world, agreement, some);
  return {
    total: of(list),
    byIntent: { standard: of(list.filter((one) => one.intent === 'standard')), high: of(list.filter((one) => one.intent === 'high')) },
    byTeam: (team: string | null) => of(list.filter((one) => one.team === team)),
    series: parts.map((part) => of(list.filter((one) => during(world, one.opened, part)))),
  };
}

export function reasons(world: World, span: Days, parts: Days[], narrow: Narrow) {
  const fits = narrowed(world, narrow);
  const found: { person: string; at: number; reason: string; from: Stage; to: Stage; back: boolean; qualified: boolean }[] = [];
  for (const [person, changes] of changesBy(world))
    changes.forEach(({ at, to, from, reason }, i) => {
      if (height(to) >= 0 || from === null || !['mql', 'sal', 'sql', 'opportunity'].includes(from)) return;
      if (!during(world, at, span) || !fits(person, at)) return;
      const rest = changes.slice(i + 1);
      found.push({
        person,
        at,
        reason: reason ?? '',
        from,
        to,
        back: rest.some((one) => height(one.to) >= 0),
        qualified: rest.some((one) => height(one.to) >= height('sql')),
      });
    });
  const campaigns = (reason: string) => {
    const counts = new Map<string, number>();
    const active = new Set(['form', 'reply', 'click', 'attended', 'downloaded', 'read', 'visited']);
    const byPerson = Map.groupBy(world.raw.touches, ({ person }) => person);
    for (const leave of found.filter((one) => one.reason === reason)) {
      const ids = new Set<string>();
      for (const touch of byPerson.get(leave.person) ?? [])
        if (active.has(touch.kind) && touch.campaign && touch.at <= leave.at) ids.add(touch.campaign);
      for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    return counts;
  };
  const items = [...new Set(found.map(({ reason }) => reason))].map((reason) => {
    const rows = found.filter((one) => one.reason === reason);
    return {
      reason,
      share: ratio(rows.length, found.length),
      recycled: rows.filter(({ to }) => to === 'recycled').length,
      disqualified: rows.filter(({ to }) => to === 'disqualified').length,
      back: rows.filter(({ back }) => back).length,
      qualifiedSince: rows.filter(({ qualified }) => qualified).length,
      from: Object.fromEntries([...Map.groupBy(rows, ({ from }) => from)].map(([stage, some]) => [stage, some.length])),
      campaigns: campaigns(reason),
    };
  });
  const series = parts.map((part) => {
    const counts: Record<string, number> = {};
    for (const { at, reason } of found) if (during(world, at, part)) counts[reason] = (counts[reason] ?? 0) + 1;
    return counts;
  });
  return { total: found.length, items, series };
}

/** Things promised and things kept, by the measure's name. */
export function promised(world: World, agreement: Agreement, span: Days, measure: string, hours = 0): { n: number; of: number } {
  const { handoffs, feedback, attempts } = world.raw;
  const opened = handoffs.filter((one) => during(world, one.opened, span));
  const returned = handoffs.filter((one) => one.state === 'returned' && one.answered !== null && during(world, one.answered, span));
  let n = 0;
  let of = 0;
  const judge = (at: number, done: number | undefined) => {
    const until = after(agreement, at, hours * 3_600_000);
    if (done === undefined && until > world.asOf) return;
    of++;
    if (done !== undefined && done <= until) n++;
  };
  switch (measure) {
    case 'mqls_meeting_criteria':
      n = of = opened.filter((one) => one.criteria.length >= 3).length;
      break;
    case 'handoffs':
      n = of = opened.length;
      break;
    case 'handoffs_accepted':
      for (const one of opened) {
        if (one.state === 'waiting') continue;
        of++;
        if (one.state === 'accepted' || one.state === 'qualified' || one.accepted !== null) n++;
      }
      break;
    case 'feedback_answered':
      for (const { at, replies } of feedback) {
        if (!during(world, at, span)) continue;
        const seen = replies.filter((reply) => reply <= world.asOf);
        judge(at, seen.length > 0 ? Math.min(...seen) : undefined);
      }
      break;
    case 'answered_in_time': {
      const { inTime } = times(
        world,
        agreement,
        opened.filter(({ due }) => due !== null),
      );
      return { n: inTime.n, of: inTime.of };
    }
    case 'verdict_given': {
      const byPerson = Map.groupBy(
        feedback.filter(({ kind, at }) => kind === 'verdict' && at <= world.asOf),
        ({ person }) => person,
      );
      for (const one of handoffs) {
        const accepted = one.accepted ?? (one.state === 'qualified' ? one.answered : null);
        if (accepted === null || !during(world, accepted, span)) continue;
        const given = (byPerson.get(one.person) ?? []).map(({ at }) => at).filter((at) => at >= accepted);
        judge(accepted, given.length > 0 ? Math.min(...given) : undefined);
      }
      break;
    }
    case 'returned_with_reason':
      for (const { reason } of returned) {
        of++;
        if (reason !== null && reason !== 'other') n++;
      }
      break;
    case 'attempts_made':
      for (const one of returned) {
        if (one.reason !== 'unresponsive') continue;
        of++;
        if (attempts.filter(({ person, at }) => person === one.person && at >= one.opened && at <= one.answered!).length >= 3) n++;
      }
      break;
    default:
      throw new Error(measure);
  }
  return { n, of };
}
