import { describe, expect, it } from 'vitest';
import { businessDay, formatOf, lengthOf } from '../../components/format.ts';
import { defaultAgreement } from '../../lib/funnel/defaultAgreement.ts';

const now = new Date(2026, 10, 24, 12, 45).getTime();
const at = (year: number, month: number, day: number, hour = 10, minute = 0) => new Date(year, month - 1, day, hour, minute).getTime();
const en = formatOf('en');
const de = formatOf('de');
const plain = (text: string) => text.replace(/[\u00a0\u202f\u2009]/g, ' ');

describe('days', () => {
  it('are as short as they can be without being wrong', () => {
    expect(
      [at(2026, 11, 24), at(2026, 11, 23), at(2026, 11, 19), at(2026, 11, 18), at(2026, 11, 17), at(2026, 8, 11), at(2025, 9, 3)].map((d) =>
        en.day(d, now),
      ),
    ).toEqual(['today', 'Mon', 'Thu', 'Wed', '17 Nov', '11 Aug', '3 Sept 2025']);
    expect(de.day(at(2026, 11, 19), now)).toBe('Do');
  });
  it('carry their time while that helps', () => {
    expect(en.moment(at(2026, 11, 24, 11, 40), now)).toBe('11:40');
    expect(en.moment(at(2026, 11, 25, 11, 45), now)).toBe('Wed 11:45');
    expect(en.moment(at(2026, 8, 11), now)).toBe('11 Aug');
  });
  it('of the calendar are never shifted by a zone, and get a year when they are far', () => {
    expect(en.date('2027-02-22', now)).toBe('22 Feb');
    expect(en.date('2027-11-24', now)).toBe('24 Nov 2027');
    expect(en.dateFull('2027-02-22')).toBe('22 Feb 2027');
    expect(plain(en.range('2026-10-01', '2026-11-24'))).toBe('1 Oct – 24 Nov 2026');
  });
});

describe('figures', () => {
  it('follow the language', () => {
    expect(en.number(48210)).toBe('48,210');
    expect(de.number(48210)).toBe('48.210');
    expect(plain(en.percent(0.741))).toBe('74 %');
    expect(plain(de.percent(0.741, 1))).toBe('74,1 %');
    expect(en.money({ value: 1250000, currency: 'EUR' })).toBe('€12,500');
    expect(plain(de.money({ value: 1250050, currency: 'EUR' }))).toBe('12.500,50 €');
    expect(en.money({ value: 12500, currency: 'JPY' })).toBe('JP¥12,500');
    expect(plain(en.money({ value: 12500, currency: 'KWD' }))).toBe('KWD 12.500');
    expect(en.moneyAbout({ value: 104317, currency: 'EUR' })).toBe('€1,043');
    expect(en.moneyAbout({ value: 4317.4, currency: 'EUR' })).toBe('€43.17');
  });
});

describe('business time', () => {
  const { calendar } = defaultAgreement('Europe/Vienna');
  it('has days as long as the team’s', () => {
    expect(businessDay(calendar)).toBe(540);
    expect(businessDay(undefined)).toBe(480);
    expect(
      businessDay({
        ...calendar,
        hours: {
          1: [
            ['08:00', '12:00'],
            ['13:00', '17:00'],
          ],
          6: [['09:00', '10:00']],
          2: [
            ['08:00', '12:00'],
            ['13:00', '17:00'],
          ],
        },
      }),
    ).toBe(480);
  });
  it('drops the part that says nothing, and never says 24 h of a 24 h day', () => {
    expect(lengthOf(192, 540)).toEqual({ days: 0, hours: 3, minutes: 12 });
    expect(lengthOf(900, 540)).toEqual({ days: 1, hours: 6, minutes: 0 });
    expect(lengthOf(1079, 540)).toEqual({ days: 2, hours: 0, minutes: 0 });
    expect(lengthOf(-3, 540)).toEqual({ days: 0, hours: 0, minutes: 0 });
  });
});
