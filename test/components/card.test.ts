import { describe, expect, it } from 'vitest';
import { offers, rowOf } from '../../components/card/acts.tsx';
import { minorUnits } from '../../components/card/amount.tsx';
import { faceOf, settle } from '../../components/card/face.ts';
import { lineOf } from '../../components/card/foot.tsx';
import { clockNow, clockWords, owing } from '../../components/card/owes.ts';
import { reasonWords } from '../../components/card/reason.ts';
import { shortName } from '../../components/card/return.tsx';
import { keyIn } from '../../components/card/ties.tsx';
import { triageActs } from '../../components/card/triage.ts';
import { keptLines, whyLines } from '../../components/card/why.tsx';
import { formatOf } from '../../components/format.ts';
import { de } from '../../components/words/de.ts';
import { en } from '../../components/words/en.ts';
import type { ScenePerson } from '../../lib/bridge/scene.ts';
import type { Agreement } from '../../lib/funnel/agreement.ts';
import { defaultAgreement } from '../../lib/funnel/defaultAgreement.ts';
import {
  accepted,
  act,
  agreement,
  ana,
  atStage,
  clock,
  dana,
  decided,
  live,
  manager,
  marek,
  marketer,
  now,
  of,
  person,
  rep,
  ruth,
  scene,
} from '../gallery/fixtures.ts';

const f = formatOf('en');
const stranger: ScenePerson = { role: 'sender', keys: [{ kind: 'email', value: 'a@b.example' }], known: 'stranger' };

describe('the face of a scene', () => {
  it('is the lead’s when the lead is in focus and the card is here', () => {
    expect(faceOf(of(dana))).toMatchObject({ face: 'lead', card: { id: dana.id } });
  });
  it('says what is missing rather than showing something else', () => {
    const waiting = person(dana, { card: undefined, cardState: 'waiting' });
    expect(faceOf(scene({ people: [waiting], focus: 0 })).face).toBe('waiting');
    expect(faceOf(scene({ people: [{ ...waiting, cardState: 'failed' }], focus: 0 })).face).toBe('failed');
    expect(faceOf(scene({ people: [{ ...stranger, known: 'unchecked' }], focus: 0 })).face).toBe('unchecked');
  });
  it('never guesses among several people', () => {
    expect(faceOf(scene({ people: [person(dana), person(marek)] })).face).toBe('people');
    expect(faceOf(scene({ people: [person(dana), person(marek)], unknown: 'several-threads' }))).toEqual({
      face: 'unknown',
      reason: 'several-threads',
    });
    expect(faceOf(scene({ people: [stranger, { ...stranger }] })).face).toBe('nobody');
  });
  it('is the only other person’s in a mail, and nobody’s in a list', () => {
    expect(faceOf(scene({ people: [stranger] })).face).toBe('stranger');
    expect(faceOf(scene({ people: [stranger], view: 'list' })).face).toBe('nobody');
    expect(faceOf(scene({ people: [{ ...stranger, known: 'own' }, stranger] })).face).toBe('stranger');
  });
  it('shows nothing of a lead to whoever is signed out', () => {
    expect(faceOf(of(dana, { connection: { state: 'signed-out' } })).face).toBe('signed-out');
    expect(faceOf(of(dana, { connection: { state: 'not-connected' } })).face).toBe('not-connected');
    for (const state of ['offline', 'cached', 'paused'] as const) expect(faceOf(of(dana, { connection: { state } })).face).toBe('lead');
  });
});

describe('new data', () => {
  const old = of(dana, { tab: 7 });
  const fresher = { ...old, people: [person({ ...dana, version: 118, campaigns: [] })] };
  it('waits while the pointer rests on the card', () => {
    expect(settle(old, fresher, true).people).toBe(old.people);
    expect(settle(old, fresher, false)).toBe(fresher);
  });
  it('is taken at once when it is another person, the user’s own act, or how the connection stands', () => {
    const other = { ...fresher, people: [person(marek)] };
    expect(settle(old, other, true)).toBe(other);
    const acted = { ...fresher, acts: [act(decided(dana.id, { kind: 'accept' }))] };
    expect(settle(old, acted, true)).toBe(acted);
    const off = { ...fresher, connection: { ...live, state: 'offline' as const } };
    expect(settle(old, off, true)).toBe(off);
    const crm = (state: 'refused' | 'waiting') => ({ ...old, people: [person({ ...dana, crm: { state } })] });
    const [refused, sentAgain] = [crm('refused'), crm('waiting')];
    expect(settle(refused, sentAgain, true)).toBe(sentAgain);
    expect(settle(sentAgain, refused, true).people).toBe(sentAgain.people);
  });
});

describe('who owes what', () => {
  const said = (card = dana, me = rep) => owing(card, me, agreement, now, en, f);
  it('names the holder, and speaks to the one who holds it', () => {
    expect(said().text).toBe('Waiting for you');
    expect(said({ ...dana, handoff: { ...dana.handoff!, to: ana.name, toId: ana.id } })).toMatchObject({
      text: 'Waiting for {name}',
      name: ana.name,
    });
    expect(said({ ...dana, handoff: { ...dana.handoff!, to: undefined, toId: undefined } }).text).toBe('Waiting in the team’s pool');
    expect(said(accepted).text).toBe('Yours: qualify or return');
    expect(said(accepted, manager)).toMatchObject({ name: rep.name });
    expect(said(ruth).text).toBe('Yours: qualify or return');
  });
  it('says since when it is late, whatever the state on the card was', () => {
    const late = said({ ...dana, clock: { ...clock(-65), state: 'on_track' } });
    expect(late.clock?.state).toBe('breached');
    expect(late.text).toMatch(/^Overdue since \d\d:\d\d$/);
  });
  it('tells a marketer when a lead sleeps and when it is awake', () => {
    const asleep = atStage(dana, 'recycled', { clock: { state: 'none' }, wakesOn: '2027-02-22' });
    expect(said(asleep, marketer).text).toBe('Asleep until 22 Feb');
    expect(said(asleep, rep)).toMatchObject({ text: 'With marketing', right: 'back 22 Feb' });
    expect(said({ ...asleep, wakesOn: '2026-11-24' }, marketer).text).toBe(en.card.wakesToday);
    expect(said({ ...asleep, wakesOn: undefined, wakesOnStrongTouch: true }, marketer).text).toBe(en.card.asleepUntilTouch);
  });
  it('counts business time, in days of the team’s own length', () => {
    const left = (minutes: number, w = en) =>
      clockWords(clockNow({ ...dana, clock: clock(minutes, 1080) }, agreement, now), agreement, now, w, f);
    expect(left(192)).toBe('3 h 12 left');
    expect(left(900)).toBe('1 d 6 h left');
    expect(left(1080)).toBe('2 d left');
    expect(left(38, de)).toBe('noch 38 min');
    expect(left(900, de)).toBe('noch 1 T 6 h');
    expect(left(-65)).toBe('1 h 05 over');
  });
});

describe('what can be done', () => {
  const row = (card = dana, me = rep) => {
    const can = offers(card, me, agreement, now);
    return rowOf(card, can, card.clock.state === 'paused', true, en).map((o) => o.label);
  };
  it('is what the rules allow, by stage and role', () => {
    expect(row()).toEqual(['Accept', 'Qualify', 'Return']);
    expect(row(accepted)).toEqual(['Qualify', 'Attempt', 'Return']);
    expect(row(atStage(dana, 'sql'))).toEqual(['Open opportunity', 'Return']);
    expect(row(atStage(dana, 'opportunity'))).toEqual(['Won', 'Lost']);
    expect(row(atStage(dana, 'customer'))).toEqual([]);
    expect(row(atStage(dana, 'recycled'))).toEqual(['Reopen as mine']);
    expect(row(atStage(dana, 'lead'), marketer)).toEqual(['Hand over']);
    expect(row(atStage(dana, 'recycled'), marketer)).toEqual(['Hand over', 'Reopen as lead']);
    expect(row(dana, marketer)).toEqual([]);
  });
  it('offers nothing without an agreement or a user', () => {
    expect(offers(dana, rep, undefined, now).size).toBe(0);
    expect(offers(dana, undefined, agreement, now).size).toBe(0);
  });
  it('is the same by the keys of a list as by the buttons', () => {
    const open: Agreement = { ...agreement, stages: { ...agreement.stages, sql: { ...agreement.stages.sql!, criteria: [] } } };
    const keys = (card = dana, by = agreement, me = rep) => triageActs(card, me, by, now);
    expect(keys()).toEqual({
      accept: { decision: { kind: 'accept' } },
      qualify: { panel: 'qualify' },
      return: { panel: 'return' },
    });
    expect(keys(dana, open).qualify).toEqual({ decision: { kind: 'qualify', criteria: [] } });
    expect(Object.keys(keys({ ...dana, clock: { ...clock(192), state: 'paused' } }))).toEqual(['qualify', 'return']);
    expect(Object.keys(keys(accepted))).toEqual(['qualify', 'return']);
    // Lost is asked for like what goes back.
    expect(keys(atStage(dana, 'opportunity'))).toEqual({ return: { panel: 'return' } });
    expect(keys(atStage(dana, 'customer'))).toEqual({});
    expect(keys(dana, agreement, marketer)).toEqual({});
  });
  it('puts Resume where Accept stood', () => {
    const paused = {
      ...dana,
      clock: { ...clock(192), state: 'paused' as const, pause: { until: '2026-11-29T23:00:00Z', reason: 'x', by: rep.name } },
    };
    expect(row(paused)).toEqual(['Resume', 'Qualify', 'Return']);
  });
});

describe('the last line', () => {
  const line = (made: Parameters<typeof of>[1], card = dana) => {
    const s = of(card, made);
    return lineOf(s.connection, card, s.acts, now, en, f).text;
  };
  it('is always true', () => {
    expect(line({})).toBe('Live · CRM updated 2 min ago');
    expect(line({}, { ...dana, crm: { state: 'none' } })).toMatch(/^Live · synced \d\d:41$/);
    expect(line({}, { ...dana, crm: { state: 'waiting' } })).toBe('Live · CRM not written yet');
    expect(line({ connection: { ...live, state: 'cached' } })).toMatch(/^As of \d\d:41$/);
    expect(line({ connection: { state: 'signed-out' } })).toBe('Signed out');
  });
  it('says something in every state, with and without acts, and never claims more than is so', () => {
    const held = act(decided(dana.id, { kind: 'accept' }));
    const queued = { ...held, status: 'queued' as const, heldUntil: undefined };
    const refused = { ...queued, status: 'refused' as const, sentence: 'No.' };
    const states = { live, cached: { ...live, state: 'cached' as const }, offline: { ...live, state: 'offline' as const } };
    const others = {
      paused: { ...live, state: 'paused' as const },
      out: { state: 'signed-out' as const },
      none: { state: 'not-connected' as const },
    };
    const time = /\d\d:\d\d/g;
    const withActs = Object.entries({ nothing: [], held: [held], queued: [queued], refused: [refused] });
    const linesIn = (connection: object) =>
      Object.fromEntries(
        withActs.map(([what, acts]) => [
          what,
          line({ connection: connection as never, acts }, { ...dana, crm: { state: 'none' } }).replace(time, '#'),
        ]),
      );
    const said = Object.fromEntries(Object.entries({ ...states, ...others }).map(([name, connection]) => [name, linesIn(connection)]));
    expect(said).toEqual({
      live: { nothing: 'Live · synced #', held: 'Sending in 5 s', queued: 'Sending', refused: 'Live · synced #' },
      cached: { nothing: 'As of #', held: 'Sending in 5 s', queued: 'Sending', refused: 'As of #' },
      offline: {
        nothing: 'Offline · as of #',
        held: 'Offline · as of # · 1 act waits',
        queued: 'Offline · as of # · 1 act waits',
        refused: 'Offline · as of #',
      },
      paused: {
        nothing: 'Paused · as of #',
        held: 'Paused · as of # · 1 act waits',
        queued: 'Paused · as of # · 1 act waits',
        refused: 'Paused · as of #',
      },
      out: { nothing: 'Signed out', held: 'Signed out · 1 act waits', queued: 'Signed out · 1 act waits', refused: 'Signed out' },
      none: { nothing: 'Not connected', held: 'Not connected', queued: 'Not connected', refused: 'Not connected' },
    });
    // Without a card there is no time to name, and still something to say.
    for (const connection of [{ state: 'cached' }, { state: 'offline' }, { state: 'paused' }] as const)
      expect(lineOf(connection, undefined, [], now, en, f).text).not.toBe('');
  });
  it('counts what waits', () => {
    const queued = act(decided(dana.id, { kind: 'accept' }), { status: 'queued', heldUntil: undefined });
    expect(line({ connection: { ...live, state: 'offline' }, acts: [queued, { ...queued, id: 'x' }] })).toMatch(
      /^Offline · as of \d\d:41 · 2 acts wait$/,
    );
    expect(line({ acts: [act(decided(dana.id, { kind: 'accept' }))] })).toBe('Sending in 5 s');
    expect(line({ acts: [queued] })).toBe('Sending');
  });
  it('does not count down what can no longer be undone', () => {
    const over = act(decided(dana.id, { kind: 'accept' }), { heldUntil: now - 1 });
    expect(line({ acts: [over] })).toBe('Sending');
  });
});

describe('why now', () => {
  it('is what the hand-off says, each dated by the touch it speaks of', () => {
    expect(whyLines(dana, en).map((l) => [l.text, l.at?.slice(0, 10)])).toEqual([
      ['Attended “Cut churn in Q4”', '2026-11-19'],
      ['Pricing page, twice this week', '2026-11-24'],
      ['Asked for the rollout checklist', '2026-11-24'],
    ]);
  });
  it('is filled up with active touches, never with passive ones, and says nothing twice', () => {
    const lines = whyLines({ ...dana, handoff: { ...dana.handoff!, why: ['Attended “Cut churn in Q4”'] } }, en).map((l) => l.text);
    expect(lines).toHaveLength(3);
    expect(new Set(lines).size).toBe(3);
    const passive = dana.recent.filter((t) => !t.active);
    expect(whyLines({ ...dana, handoff: undefined, recent: passive }, en)).toEqual([]);
  });

  it('what one hands over as it was proposed is read by everybody in their own language; what was written stays', () => {
    const card = { ...dana, handoff: undefined };
    const proposed = whyLines(card, de);
    expect(proposed.map(({ text }) => text)).not.toEqual(whyLines(card, en).map(({ text }) => text));
    const kept = keptLines([...proposed.map(({ text }) => text), 'Ruft am Montag an'], proposed);
    expect(kept).toEqual([...whyLines(card, en).map(({ text }) => text), 'Ruft am Montag an']);
    const again = whyLines({ ...dana, handoff: { ...dana.handoff!, why: kept } }, de);
    expect(again.map(({ text }) => text)).toEqual(proposed.map(({ text }) => text));
  });
});

describe('small things', () => {
  it('reads amounts as people write them', () => {
    expect(['12000', '12,000', '12.000', '12 000', '12,000.50', '12.000,5', '€ 9', '0', ''].map((text) => minorUnits(text, 'EUR'))).toEqual(
      [1200000, 1200000, 1200000, 1200000, 1200050, 1200050, 900, 0, undefined],
    );
    expect(['12000', '12,000', '¥ 900'].map((text) => minorUnits(text, 'JPY'))).toEqual([12000, 12000, 900]);
    expect(minorUnits('1,200.5', 'KWD')).toBe(1_200_500);
    expect(minorUnits('900.50', 'JPY')).toBe(null);
    expect(['a lot', '1,2,3', '12.0000', '-5', '9'.repeat(30)].map((text) => minorUnits(text, 'EUR'))).toEqual([
      null,
      null,
      null,
      null,
      null,
    ]);
  });
  it('finds the key in what is pasted', () => {
    expect(keyIn('Dana Whitfield <Dana@Northwind.example>')).toEqual({ kind: 'email', value: 'dana@northwind.example' });
    expect(keyIn('mailto:dana@northwind.example')).toEqual({ kind: 'email', value: 'dana@northwind.example' });
    expect(keyIn('https://www.linkedin.com/in/dana-whitfield/?x=1')?.kind).toBe('linkedin');
    expect(keyIn('dana')).toBeUndefined();
    expect(keyIn('https://www.linkedin.com/in/%E0%A4%A')).not.toBeNull();
  });
  it('takes the first name where there is one', () => {
    expect(['Dana Whitfield', '王小明', 'Dr. Meier', 'نور الهاشمي', 'X'].map(shortName)).toEqual([
      'Dana',
      '王小明',
      'Dr. Meier',
      'نور',
      'X',
    ]);
  });
  it('keeps a team’s own wording of a reason, and translates the shipped one', () => {
    const own = defaultAgreement('Europe/Vienna');
    own.reasons[0]!.label = 'Not this quarter';
    expect(reasonWords('bad_timing', own, de)).toBe('Not this quarter');
    expect(reasonWords('no_budget', own, de)).toBe('Kein Budget');
    expect(reasonWords('code_of_another_time', own, de)).toBe('code_of_another_time');
  });
});
