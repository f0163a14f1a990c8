import { describe, expect, test } from 'vitest';
import { formatOf } from '../../components/format.ts';
import { agreementOf, type Draft, draftOf, nameFor, row, spansOf } from '../../components/options/propose/draft.ts';
import { keptFrom } from '../../components/options/propose/keep.ts';
import { pathWords, said } from '../../components/options/versions.tsx';
import { catalogues } from '../../components/words/words.tsx';
import { compare, validate } from '../../lib/funnel/checkAgreement.ts';
import { defaultAgreement } from '../../lib/funnel/defaultAgreement.ts';

const agreement = { ...defaultAgreement('Europe/Vienna'), version: 3 };
const drafted = (change: (draft: Draft) => void) => {
  const draft = draftOf(agreement);
  change(draft);
  return agreementOf(draft, 3);
};

test('an agreement opened in the form and left alone is the same agreement', () => {
  const made = structuredClone(agreement);
  made.reasons[2]!.retired = true;
  made.calendar.hours[6] = [
    ['09:00', '12:00'],
    ['13:00', '24:00'],
  ];
  made.calendar.holidays = ['2026-12-25'];
  made.commitments[1]!.target = 0.333;
  made.commitments[1]!.segment = 'Mid-market';
  expect(agreementOf(draftOf(made), 3)).toEqual(made);
});

test('half of something is kept as it was typed, and named where it stands', () => {
  const places = (change: (draft: Draft) => void) => validate(drafted(change)).map(({ at }) => at);
  expect(places((d) => (d.hours[1] = 'nine to five'))).toEqual(['/calendar/hours/1']);
  expect(places((d) => (d.hours[1] = '8:30-17:30'))).toEqual(['/calendar/hours/1']);
  expect(places((d) => (d.hours[1] = '08:30'))).toEqual(['/calendar/hours/1']);
  expect(places((d) => (d.hours[1] = '08:30–12:00–17:30'))).toEqual(['/calendar/hours/1']);
  expect(places((d) => (d.holidays += '\n25.12.2026'))).toEqual(['/calendar/holidays/0']);
  expect(places((d) => (d.stages.sql.standard = '8'))).toEqual(['/allowed/sql/high']);
  expect(places((d) => d.terms.push(row({ term: '', means: '', marketing: 'a,b', sales: '' })))).toEqual([
    '/terms/8/term',
    '/terms/8/means',
  ]);
  expect(places((d) => (d.reasons[0]!.days = 'soon'))).toEqual(['/reasons/0/wake/days']);
  expect(places((d) => (d.commitments[1]!.target = '190'))).toEqual(['/commitments/1/target']);
  expect(places((d) => (d.graceHours = ''))).toEqual(['/escalation/graceHours']);
  expect(spansOf('08:30–12:00, 13:00 - 17:30')).toEqual([
    ['08:30', '12:00'],
    ['13:00', '17:30'],
  ]);
  expect(drafted((d) => (d.stages.mql.standard = '2,5')).allowed.mql?.standard).toBe(2.5);
});

test('a new code is made of its words, and is nobody else’s', () => {
  expect(nameFor('Budget über 2027', ['budget_uber_2027'], '_')).toBe('budget_uber_2027_2');
  expect(nameFor('预算', [], '_')).toBe('n');
});

test('what two versions say differently is said in words, in both languages', () => {
  const next = drafted((d) => {
    d.reasons.push(row({ code: 'frozen', group: 'timing', label: 'Budget frozen', effect: 'days', days: '60', actor: 'nurture' }));
    d.reasons[1]!.retired = true;
    d.hours[5] = '08:30–13:00';
  });
  const lines = (language: 'en' | 'de') => {
    const w = catalogues[language];
    const f = formatOf(language);
    return compare(agreement, next).map(({ path, before, after }) =>
      [pathWords(path, { left: agreement, right: next }, w, f), said(before, path, w, f), said(after, path, w, f)].join(' | '),
    );
  };
  expect(lines('en')).toEqual([
    'Reasons › No budget › retired | no | yes',
    'Reasons › Budget frozen | not there | Budget frozen (frozen). Goes back to marketing, and wakes after 60 days. Marketing can act by nurturing the person.',
    'Calendar › hours › Fri | 08:30 – 17:30 | 08:30 – 13:00',
  ]);
  expect(lines('de')[0]).toBe('Gründe › Kein Budget › ausgemustert | nein | ja');
});

describe('what was kept of a change', () => {
  const kept = () => ({ draft: draftOf(agreement), newest: 3, basedOn: '2026-11-20T08:00:00.000Z', at: '2026-11-23T09:00:00.000Z' });
  // As the browser's storage gives it back.
  const stored = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown;

  test('says what was typed, half of something too, and every line has a key of its own', () => {
    const before = kept();
    before.draft.hours[5] = 'nine to one';
    before.draft.commitments[0]!.target = '';
    before.draft.terms.push(row({ term: 'Half', means: '', marketing: '', sales: '' }));
    const { draft, ...rest } = keptFrom(stored(before))!;
    expect(rest).toEqual({ newest: 3, basedOn: before.basedOn, at: before.at });
    expect(agreementOf(draft, 3)).toEqual(agreementOf(before.draft, 3));
    const keys = [...draft.terms, row({ term: '', means: '', marketing: '', sales: '' }), ...draft.reasons, ...draft.commitments].map(
      ({ key }) => key,
    );
    expect(new Set(keys).size).toBe(keys.length);
    // In a page that has counted nothing yet, a new line would otherwise be called as an old one.
    expect(Math.min(...keys)).toBeGreaterThan(Math.max(...before.draft.terms.map(({ key }) => key)));
  });

  test('is not taken where another release had other fields', () => {
    expect(keptFrom(undefined)).toBeUndefined();
    expect(keptFrom(stored({ ...kept(), newest: 'three' }))).toBeUndefined();
    const { zone: _, ...withoutZone } = kept().draft;
    expect(keptFrom(stored({ ...kept(), draft: withoutZone }))).toBeUndefined();
    for (const list of ['terms', 'reasons', 'commitments'] as const) {
      expect(keptFrom(stored({ ...kept(), draft: { ...kept().draft, [list]: [{ key: 1 }] } })), list).toBeUndefined();
      expect(keptFrom(stored({ ...kept(), draft: { ...kept().draft, [list]: null } })), list).toBeUndefined();
    }
    const { sql: __, ...stages } = kept().draft.stages;
    expect(keptFrom(stored({ ...kept(), draft: { ...kept().draft, stages } }))).toBeUndefined();
    expect(keptFrom(stored(kept()))).toBeDefined();
  });
});
