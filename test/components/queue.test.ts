import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { groups, groupsOf, isOf } from '../../components/queue/groups.ts';
import { rowWords } from '../../components/queue/row.tsx';
import { plainReckoning, rangeOf } from '../../components/report/period.ts';
import { changed, first, hashOf, pages, type View, viewFrom } from '../../components/report/view.ts';
import { en } from '../../components/words/en.ts';
import type { QueueItem } from '../../lib/bridge/scene.ts';
import { defaultAgreement } from '../../lib/funnel/defaultAgreement.ts';
import { grains } from '../../lib/funnel/periods.ts';
import { attributionModels, channels, origins, roles } from '../../lib/funnel/words.ts';

const agreement = defaultAgreement('Europe/Vienna');
const now = '2026-11-24T11:45:00.000Z';
const item = (more: Partial<QueueItem>): QueueItem => ({ kind: 'handoff', lead: 'a', title: 'Dana', subtitle: '', ...more });
const clock = (dueAt: string) => ({
  state: 'on_track' as const,
  from: '2026-11-23T09:00:00Z',
  riskAt: '2026-11-24T10:00:00Z',
  dueAt,
  allowedMinutes: 480,
});

describe('the parts of the queue', () => {
  test('what is late is told by the time that has passed since, not by what was true when it was fetched', () => {
    expect(isOf('late', item({ clock: clock('2026-11-24T11:00:00Z') }), now, agreement)).toBe(true);
    expect(isOf('late', item({ clock: clock('2026-11-24T14:00:00Z') }), now, agreement)).toBe(true);
    expect(isOf('late', item({ clock: { ...clock('2026-11-27T14:00:00Z'), riskAt: '2026-11-27T12:00:00Z' } }), now, agreement)).toBe(false);
    expect(isOf('late', item({}), now, agreement)).toBe(false);
  });

  test('mine, the pool’s and news are apart; everything is in all', () => {
    const mine = item({ holder: 'Rep One' });
    const pool = item({});
    const own = item({ kind: 'own' });
    const answer = item({ kind: 'reply' });
    const of = (group: (typeof groups)[number]) => [mine, pool, own, answer].filter((one) => isOf(group, one, now, agreement));
    expect(of('mine')).toEqual([mine, own]);
    expect(of('pool')).toEqual([pool]);
    expect(of('news')).toEqual([answer]);
    expect(of('all')).toHaveLength(4);
  });

  test('every kind has a part of its own in the queue of somebody who gets it', () => {
    const gets = {
      rep: ['handoff', 'own', 'reply', 'digest'],
      manager: ['handoff', 'own', 'breach', 'reply', 'digest'],
      marketer: ['feedback', 'waking', 'at_once', 'breach', 'digest'],
      admin: ['digest'],
    } as const;
    for (const role of roles)
      for (const kind of gets[role]) {
        const parts = groupsOf[role].filter((group) => group !== 'all');
        expect(
          parts.some((group) => isOf(group, item({ kind }), now, agreement)),
          `${role} ${kind}`,
        ).toBe(true);
      }
  });
});

describe('the address of a view', () => {
  const maybe = <T>(arb: fc.Arbitrary<T>) => fc.option(arb, { nil: undefined });
  const id = fc.uuid().map((text) => text.toLowerCase());
  const view: fc.Arbitrary<View> = fc.record({
    page: fc.constantFrom(...pages),
    period: fc.constantFrom('this-month', 'last-week', 'last-12', '2026-10-01..2026-11-15' as const),
    compare: fc.constantFrom('none', 'before', 'year'),
    by: maybe(fc.constantFrom(...grains)),
    channel: maybe(fc.constantFrom(...channels)),
    campaign: maybe(id),
    owner: maybe(id),
    origin: maybe(fc.constantFrom(...origins)),
    segment: maybe(fc.constantFrom('Enterprise', 'small & medium')),
    attribution: maybe(fc.constantFrom(...attributionModels)),
    sort: fc.constantFrom('name', 'handedOver', 'accepted'),
    ascending: fc.boolean(),
    state: fc.constantFrom('open', 'acting', 'all'),
    said: fc.constantFrom('each', 'campaigns'),
    kind: fc.constantFrom('all', 'verdict', 'insight'),
    reason: maybe(fc.constantFrom('no_budget', 'not_icp')),
    words: maybe(fc.string({ minLength: 1, maxLength: 200 })),
    group: maybe(fc.constantFrom(...groups)),
    lead: maybe(id),
    digest: maybe(fc.constantFrom('2026-W47', '2026-11', '2026-Q4', 'month')),
  });

  test('leads to the same view again', () => {
    fc.assert(
      fc.property(view, (shown) => {
        const hash = hashOf(shown);
        const again = viewFrom(hash);
        expect(hashOf(again)).toBe(hash);
        // Whatever the page shows stands in it; of what it does not show, nothing.
        for (const key of ['period', 'campaign', 'lead', 'digest', 'group', 'words', 'reason', 'kind'] as const)
          if (new URLSearchParams(hash.split('?')[1]).has(key)) expect(again[key]).toEqual(shown[key]);
        if (shown.page === 'person') expect(again.lead).toBe(shown.lead);
        if (shown.page === 'digests') expect(again.digest).toBe(shown.digest);
        if (shown.page === 'feedback')
          expect([again.words, again.reason, again.kind, again.campaign]).toEqual([shown.words, shown.reason, shown.kind, shown.campaign]);
        if (shown.page === 'funnel')
          expect([again.period, again.by, again.campaign, again.owner, again.origin, again.segment]).toEqual([
            shown.period,
            shown.by,
            shown.campaign,
            shown.owner,
            shown.origin,
            shown.segment,
          ]);
        if (shown.page === 'queue') expect(again.group).toBe(shown.group);
      }),
    );
  });

  test('rubbish in it is the first view, not an error', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(pages).toContain(viewFrom(`#${text}`).page);
      }),
    );
    expect(viewFrom('#digests?digest=<b>&lead=x&campaign=1')).toEqual({ ...first, page: 'digests' });
  });
});

test('what marketing has to answer is quoted when there are words, and named by its verdict when there are none', () => {
  const feedback = { id: 'f', by: 'Robin', verdict: 'fair' as const, campaign: 'Cut churn' };
  const row = (subtitle: string, of: QueueItem['feedback']) => rowWords(item({ kind: 'feedback', subtitle, feedback: of }), agreement, en);
  expect(row('Too small', feedback)).toEqual({ title: 'Answer: “Too small”', under: 'on Dana · Cut churn · Robin' });
  expect(row('', feedback).title).toBe('Answer: verdict fair');
  expect(row('', { id: 'f', by: 'Robin' }).title).toBe('Answer feedback');
});

test('a page that begins with a period of its own gets it, unless another one was chosen', () => {
  const funnel = viewFrom('#funnel');
  expect(changed(funnel, { page: 'long-term' }).period).toBe('last-24');
  expect(changed({ ...funnel, period: 'last-month' }, { page: 'long-term' }).period).toBe('last-month');
  const longTerm = viewFrom('#long-term');
  expect(longTerm.period).toBe('last-24');
  expect(hashOf(longTerm)).toBe('#long-term');
  expect(viewFrom(hashOf({ ...longTerm, period: 'this-quarter' })).period).toBe('this-quarter');
  expect(changed(longTerm, { page: 'funnel' }).period).toBe('this-quarter');
});

test('weeks begin on the day that the agreement says, across months and years', () => {
  const sundays = { weekStart: 7, fiscalYearStart: 1 };
  expect(rangeOf('this-week', '2026-11-24', plainReckoning)).toEqual({ from: '2026-11-23', to: '2026-11-24' });
  expect(rangeOf('last-week', '2026-11-24', plainReckoning)).toEqual({ from: '2026-11-16', to: '2026-11-22' });
  expect(rangeOf('this-week', '2026-11-22', sundays)).toEqual({ from: '2026-11-22', to: '2026-11-22' });
  expect(rangeOf('last-week', '2027-01-02', sundays)).toEqual({ from: '2026-12-20', to: '2026-12-26' });
});
