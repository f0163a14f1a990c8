import { describe, expect, test } from 'vitest';
import { saidWords } from '../../components/words/refused.ts';
import { catalogues } from '../../components/words/words.tsx';
import { type CrmCode, crms } from '../../lib/funnel/sentences/crms.ts';
import { type Code, type Facts, inEnglish, says, sentences } from '../../lib/funnel/sentences/index.ts';
import { plain, type Said, type Sentence } from '../../lib/funnel/sentences/sentence.ts';
import { channels, stages } from '../../lib/funnel/words.ts';

const bare = [{}] as const;
const crm = { crm: 'HubSpot' };
const of = [{ of: 'x_1' }] as const;
const at = [{ at: '/name' }, { at: '' }] as const;
const reason = { reason: 'no_budget', label: 'No budget' };
const words = 'Gone';

/** Facts of every sentence; several where it says different things. A code that is missing here does not compile; what a CRM says of itself has none. */
const examples: { readonly [C in Exclude<Code, CrmCode>]: readonly Facts<C>[] } = {
  'wrong-stage': [{ stage: 'opportunity', decision: 'qualify', from: ['lead', 'mql', 'sal'] }],
  'wrong-role': [
    { stage: 'mql', decision: 'assign', who: ['marketer', 'manager', 'holder'] },
    { stage: 'sal', decision: 'pause', who: ['holder'] },
  ],
  'pool-only-oneself': bare,
  'sales-adds': bare,
  'already-paused': bare,
  'not-paused': bare,
  'unknown-criterion': [
    { criterion: 'x_1', stage: 'mql', agreement: 3, known: ['icp', 'size'] },
    { criterion: 'x_1', stage: 'sql', agreement: 3, known: [] },
  ],
  'unknown-reason': [{ reason: 'x_1', agreement: 3 }],
  'reason-outcome': [
    { ...reason, outcome: 'recycled' },
    { ...reason, outcome: 'disqualified' },
  ],
  'attempts-missing': [
    { ...reason, needed: 3, recorded: 1 },
    { ...reason, needed: 3, recorded: 0 },
  ],
  'note-missing': [reason],
  'no-way-back': [reason],
  'no-such-date': [{ date: '2027-02-30' }],
  'date-past': [{ date: '2026-02-20' }],
  'date-too-far': [{ date: '2036-02-20', years: 5 }],
  'already-holder': bare,
  'reason-missing': bare,
  'until-past': bare,
  'until-too-far': [{ days: 180 }],
  'taker-gone': bare,
  'taker-role': [
    { name: 'Ines Berger', role: 'marketer' },
    { name: 'Ines Berger', role: 'admin' },
  ],
  'agreement-never': [{ version: 2, inForce: 3 }],
  predecessor: bare,
  forgotten: bare,
  'key-forgotten': bare,
  'last-key': bare,
  'key-taken': [
    { name: 'Ines Berger', company: 'Ridgeway' },
    { name: '', company: '' },
  ],
  'known-already': [{ name: 'Ines Berger' }, { name: '' }],
  'unknown-verdict-reason': [{ reason: 'x_1' }],
  'no-such-touch': bare,
  'touch-elsewhere': bare,
  'no-such-campaign': bare,
  'id-taken': bare,
  'merge-self': bare,
  'merge-nobody': bare,
  'merge-waits': [{ stage: 'mql' }],
  'unmerge-late': [{ days: 30 }],
  'merged-on': bare,
  'agreement-newer': [{ newest: 4, version: 3 }],
  'agreement-changed': [{ version: 3 }],
  'agreement-same': bare,
  'agreement-signed': [{ version: 3 }],
  'signs-for': [{ team: 'marketing' }, { team: 'sales' }],
  'signed-already': [
    { team: 'marketing', version: 3 },
    { team: 'sales', version: 3 },
  ],
  'no-agreement': bare,
  'no-key': [{ kind: 'email' }, { kind: 'linkedin' }, { kind: 'linkedin-member' }, { kind: 'sales-navigator' }],
  'no-verdict': bare,
  'no-insight': bare,
  'no-address': bare,
  'user-known': bare,
  'team-not-empty': [{ users: 1 }, { users: 2 }],
  'team-in-rule': [{ rule: 'Trade fair' }],
  'last-admin': bare,
  'no-passwords': [{ company: 'Ridgeway SSO' }],
  'user-removed': bare,
  'password-short': [{ least: 12 }],
  'password-long': [{ most: 256 }],
  'password-repeats': bare,
  'campaign-known': [{ name: 'x_1' }],
  'no-campaign-named': bare,
  'not-your-role': [
    { roles: ['marketer', 'admin'], role: 'rep' },
    { roles: ['manager'], role: 'admin' },
  ],
  'figures-of-one': bare,
  'span-backwards': bare,
  'span-away': [{ first: 1990, last: 2099 }],
  'span-long': [{ years: 10 }],
  'no-digest': bare,
  'rule-newer': [{ newest: 4, version: 3 }],
  'rule-name': bare,
  'rule-days': [{ most: 90 }],
  'rule-least': bare,
  'rule-points': bare,
  'rule-worthless': bare,
  'rule-campaigns': bare,
  'rule-segments': bare,
  'rule-campaign': bare,
  'rule-segment-name': bare,
  'rule-segment-empty': [{ name: 'x_1' }],
  'rule-turns': bare,
  'rule-takers': bare,
  'rule-team': bare,
  'same-stage': bare,
  older: bare,
  'handoff-open': bare,
  backwards: bare,

  'crm-says': [
    { ...crm, words, scopes: ['crm.read'], advice: 'INVALID_FIELD' },
    { ...crm, words, scopes: [], advice: '' },
  ],
  'crm-no-permission': [
    { ...crm, scopes: ['crm.read'] },
    { ...crm, scopes: [] },
  ],
  'crm-refused': [{ ...crm, status: 400 }],
  'crm-no-record': [crm],
  'crm-deleted': [crm],
  'crm-no-person': [
    { ...crm, kind: 'lead' },
    { ...crm, kind: 'contact' },
  ],
  'crm-no-stage': [{ ...crm, stage: 'x_1' }],
  'crm-paused': [crm],
  'crm-kept': [{ ...crm, fields: ['lifecyclestage', 'x_1'] }],
  'crm-in-trouble': [{ ...crm, status: 500 }],
  'crm-locked': [{ ...crm, words }],
  'crm-day-spare': [crm],
  'crm-day-over': [crm],
  'crm-hours-over': [crm],
  'crm-history-none': [crm],
  'crm-history-since': [
    { ...crm, day: '2025-05-22', leads: 1 },
    { ...crm, day: '2025-05-22', leads: 1204 },
  ],
  'crm-slow-down': [crm],
  'crm-not-understood': [crm],
  'crm-another': [crm],
  'crm-no-address': [{ address: 'x_1' }],
  'crm-no-entry': [
    { ...crm, words, next: 'keys' },
    { ...crm, words, next: 'connect' },
    { ...crm, words: '', next: 'connect' },
  ],
  'crm-key-withdrawn': [crm],
  'crm-session-ended': [crm],
  'crm-keys-refused': [crm],
  'crm-password-refused': [crm],
  'crm-sealed': bare,
  'crm-other-account': [{ account: 'Account 1', name: 'x_1' }],
  'crm-removing': [{ account: 'Account 1' }],
  'crm-connected': [{ account: 'Account 1', name: 'x_1' }],
  'crm-sign-in-lost': bare,
  'crm-sign-in-denied': [
    { ...crm, error: 'access_denied' },
    { ...crm, error: '' },
  ],
  'crm-unknown': [{ source: 'x_1' }],
  'crm-no-way': [{ ...crm, way: 'x_1' }],
  'crm-fields-missing': [{ ...crm, fields: ['X 1'] }],
  'crm-signs-in': [{ ...crm, way: 'x_1' }],
  'crm-no-sign-in': [crm],
  'map-no-stage': [{ ...crm, value: 'x_1', for: 'sql' }],
  'map-no-status': [{ ...crm, value: 'x_1', for: 'sql' }],
  'map-no-member': [{ ...crm, value: 'x_1', for: 'sql' }],
  'map-no-field': [
    { ...crm, value: 'x_1', field: 'segment' },
    { ...crm, value: 'x_1', field: 'contactSegment' },
  ],
  'map-no-choice': [{ value: 'x_1', ...reason, field: 'X 1' }],
  'hook-took': [{ host: 'crm.example', status: 204 }],
  'hook-refused': [
    { host: 'crm.example', status: 422, words: 'unknown lead' },
    { host: 'crm.example', status: 503, words: '' },
  ],
  'call-unreachable': [{ host: 'crm.example', why: 'ENOTFOUND' }],
  'call-timeout': [{ host: 'crm.example' }],
  'call-redirect': [{ host: 'crm.example' }],
  'call-too-large': [{ host: 'crm.example', bytes: 9 }],
  'call-bad-address': [{ address: 'x_1' }],
  'call-plain-http': [{ host: 'crm.example' }],
  'call-inside': [{ host: 'crm.example' }],

  'file-empty': bare,
  'file-column-twice': [{ column: 'email' }],
  'file-no-columns': [
    { kind: 'people', columns: ['email', 'name'] },
    { kind: 'campaigns', columns: ['name'] },
    { kind: 'touches', columns: ['email'] },
    { kind: 'spend', columns: ['month'] },
  ],
  'file-interrupted': [{ line: 501 }],
  'row-open-quote': bare,
  'row-not-stored': bare,
  'row-values': [{ values: 9, columns: 8 }],
  'row-not-utf8': bare,
  'row-nul': bare,
  'row-nobody': bare,
  'row-empty': [{ column: 'name' }],
  'row-long': [{ most: 200 }],
  'row-word': [{ allowed: channels }],
  'row-linkedin': bare,
  'row-web-address': bare,
  'row-owner': bare,
  'row-stage-missing': bare,
  'row-time': bare,
  'row-time-missing': bare,
  'row-time-early': [{ year: 1990 }],
  'row-time-ahead': bare,
  'row-date': bare,
  'row-month': bare,
  'row-kind-missing': [{ allowed: ['form', 'click'] }],
  'row-currency': bare,
  'row-spend-missing': bare,
  'row-amount': bare,
  'row-amount-two-ways': bare,
  'row-erased': bare,
  'row-owner-unknown': bare,
  'row-key-taken': [{ kind: 'email' }, { kind: 'profile' }],
  'event-batch-large': [{ events: 900, most: 500 }],
  'event-not-stored': bare,
  'event-no-object': bare,
  'event-large': [{ size: 33, most: 32 }],
  'event-type': [{ allowed: ['track', 'page'] }],
  'event-nobody': bare,
  'event-no-name': bare,
  'event-no-alias': bare,
  'event-no-group': bare,
  'event-time': bare,
  'event-time-early': [{ year: 2000 }],
  'event-stage': [{ allowed: stages }],
  'event-no-address': [{ where: 'traits' }],

  'agreement-sentence': [{ of: 'mql' }],
  'agreement-criterion-twice': of,
  'agreement-criterion-id': of,
  'agreement-criterion-text': bare,
  'agreement-hours': bare,
  'agreement-term-name': bare,
  'agreement-term-means': bare,
  'agreement-term-twice': of,
  'agreement-code-twice': of,
  'agreement-code': bare,
  'agreement-label': bare,
  'agreement-closes-and-wakes': bare,
  'agreement-never-wakes': bare,
  'agreement-wake-days': bare,
  'agreement-no-return': bare,
  'agreement-no-closing': bare,
  'agreement-zone': of,
  'agreement-opening': of,
  'agreement-backwards': of,
  'agreement-overlaps': of,
  'agreement-never-open': bare,
  'agreement-holiday': of,
  'agreement-holiday-twice': [{ of: '2026-12-25' }],
  'agreement-escalation': bare,
  'agreement-commitment-text': bare,
  'agreement-measure': bare,
  'agreement-share': bare,
  'agreement-goal': bare,
  'agreement-within': bare,
  'agreement-attempts': bare,
  'agreement-look-back': bare,
  'agreement-reused': of,
  'agreement-left-out': of,
  'agreement-weekday': of,
  'agreement-week-start': bare,
  'agreement-fiscal-year': bare,
  'agreement-commitment-twice': of,

  'input-missing': at,
  'input-unknown': at,
  'input-kind': (['text', 'number', 'whole', 'yes-no', 'list', 'object', 'nothing'] as const).map((kind) => ({ at: '/name', kind })),
  'input-choice': [{ at: '/kind', allowed: ['form', 'click'] }],
  'input-long': [{ at: '/name', most: 200 }],
  'input-short': [
    { at: '/name', least: 1 },
    { at: '/name', least: 8 },
  ],
  'input-many': [{ at: '/keys', most: 20 }],
  'input-few': [
    { at: '/keys', least: 1 },
    { at: '/keys', least: 2 },
  ],
  'input-over': [{ at: '?limit', most: 200 }],
  'input-under': [{ at: '?limit', least: 1 }],
  'input-id': at,
  'input-time': at,
  'input-day': at,
  'input-address': at,
  'input-form': [{ at: '/month', like: '2026-11' }],
  'input-wrong': at,
  'input-character': at,
  'input-cursor': [{ at: '?before' }],
  'body-large': [{ most: 256 }],
  'key-used': bare,
  'answer-erased': bare,
  'too-much': bare,
  'store-away': bare,
  'went-wrong': bare,
  'no-such-call': bare,
  'redirect-unknown': [{ address: 'https://crm.example/back' }],
  'lead-moved': [
    { stage: 'sal', by: 'Ines Berger' },
    { stage: 'sal', by: '' },
  ],
  'person-erased': bare,
  'no-such': (
    ['lead', 'user', 'team', 'campaign', 'feedback', 'rule', 'webhook', 'message', 'source', 'write', 'key', 'merge'] as const
  ).map((what) => ({ what })),
  'no-such-agreement': [{ version: 7 }],
};
const codes = Object.keys(examples) as (keyof typeof examples)[];
const casesOf = (code: keyof typeof examples): Said[] => examples[code].map((facts) => ({ code, facts }));

/** Words that a German sentence has none of. What people, files and other systems call something stands as it is. */
const english = /\b(the|and|is|are|not|you|your|only|from|this|that|choose|again|can|at|of|with|who|when|a|each)\b/i;
const theirs = ['Settings, API Credentials', 'Basic authentication', 'Client-ID'];
const foreign = ({ facts }: Said) => [...theirs, ...Object.values(facts).flat().map(String)].filter(Boolean);

test('every code has an example', () => {
  expect([...codes, ...Object.keys(crms)].toSorted()).toEqual(Object.keys(sentences).toSorted());
});

describe('each sentence', () => {
  test.each(codes)('%s is one in each language, of its facts alone', (code) => {
    for (const said of casesOf(code)) {
      for (const language of ['en', 'de'] as const) {
        const sentence = saidWords(JSON.parse(JSON.stringify(said)), catalogues[language])!;
        expect(sentence, language).toMatch(/^(\p{Lu}|\p{N}|["„“]|crm\.example ).*[.)]$|: (Gone|Too big.*)$/su);
        expect(sentence, language).not.toMatch(/undefined|null|NaN|Invalid|\[object|\(\)|\bholder\b(?! )|\s\s|\.\./);
      }
      const german = saidWords(said, catalogues.de)!.replaceAll(/„[^“]*“/g, '');
      expect(foreign(said).reduce((rest, one) => rest.replaceAll(one, ''), german)).not.toMatch(english);
      expect(inEnglish(said)).toBeDefined();
    }
  });

  test.each(codes)('%s says all of its facts, in each language', (code) => {
    const given = new Set(examples[code].flatMap((facts) => Object.keys(facts)));
    for (const language of ['en', 'de'] as const) {
      const read = new Set<string>();
      const watched = (facts: object) =>
        new Proxy(facts, {
          get: (all, fact) => {
            read.add(String(fact));
            return all[fact as never];
          },
        });
      for (const { facts } of casesOf(code)) (catalogues[language].sentences[code] as Sentence)(watched(facts) as never, plain);
      const unread = [...given].filter((fact) => !read.has(fact));
      expect(unread, language).toEqual([]);
    }
  });

  test('names stages, reasons and days as the screen does, and for the wire as the wire has them', () => {
    const said = says('date-past', { date: '2026-02-20' });
    expect(inEnglish(said)).toBe('2026-02-20 is not in the future. Choose a later date.');
    expect(saidWords(said, catalogues.en)).toBe('20 Feb 2026 is not in the future. Choose a later date.');
    expect(saidWords(said, catalogues.de)).toBe('Der 20. Feb. 2026 liegt nicht in der Zukunft. Wählen Sie einen späteren Tag.');
    const role = says('wrong-role', { decision: 'assign', stage: 'mql', who: ['marketer', 'manager', 'holder'] });
    expect(saidWords(role, catalogues.de)).toBe(
      'Zuweisen kann nur das Marketing, die Leitung oder wer die Übergabe hat. Fragen Sie dort nach.',
    );
  });

  test('is not made of other facts than it needs: then what it came with is shown', () => {
    for (const language of ['en', 'de'] as const) {
      for (const facts of [{}, { date: 3, from: 'mql' }, { stage: 'mql', decision: 'qualify' }])
        expect(saidWords({ code: 'wrong-stage', facts: facts as never }, catalogues[language])).toBeUndefined();
      expect(saidWords({ code: 'toString', facts: {} }, catalogues[language])).toBeUndefined();
    }
    expect(inEnglish({ code: 'row-long', facts: {} })).toBeUndefined();
  });
});

test('a place that says something gives exactly the facts that the sentence has', () => {
  says('row-long', { most: 200 });
  says('row-time');
  // @ts-expect-error it lacks a fact
  says('row-long', {});
  // @ts-expect-error it lacks all of them
  says('row-long');
  // @ts-expect-error the sentence has no such fact
  says('row-long', { most: 200, column: 'name' });
  // @ts-expect-error the sentence has none at all
  says('row-time', { column: 'name' });
  // @ts-expect-error there is no such sentence
  says('row-longer', { most: 200 });
  expect(inEnglish(says('row-long', { most: 200 }))).toContain('200');
});
