import { globSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { refusedWords } from '../../components/words/refused.ts';
import { catalogues, type Language } from '../../components/words/words.tsx';
import { addBySales, decide, isRefusal } from '../../lib/funnel/decide.ts';
import type { Refusal } from '../../lib/funnel/lead.ts';
import { stages } from '../../lib/funnel/words.ts';
import { actors, agreement, decision, ids, lead, marketer, monday, rep, waiting } from '../funnel/world.ts';

const say = (language: Language, { refused, sentence, facts = {} }: Refusal) =>
  refusedWords({ sentence, refusal: { code: refused, facts } }, catalogues[language]);

const tuesday = '2026-11-24T09:00:00.000Z';

/** Words that a German sentence has none of: the agreement's own texts and names aside. */
const english = /\b(the|and|is|are|not|you|your|only|from|this|that|choose|lead has|can|at|of)\b/i;

describe('why an act is not allowed', () => {
  test('is said in each language by data alone, whatever is tried', () => {
    const seen = new Set<string>();
    const hold = (refusal: Refusal) => {
      seen.add(refusal.refused);
      // As it crosses the wire.
      const crossed: Refusal = JSON.parse(JSON.stringify(refusal));
      for (const language of ['en', 'de'] as const) {
        const words = say(language, crossed)!;
        expect(words, refusal.refused).toMatch(/^[\p{Lu}„“0-9].*\.$/u);
        expect(words, refusal.refused).not.toMatch(/undefined|\bnull\b|NaN|Invalid|\[object|\(\)/);
      }
      const german = say('de', crossed)!.replaceAll(/„[^“]*“/g, '');
      expect(german).not.toMatch(english);
      expect(german).not.toBe(refusal.sentence);
    };
    fc.assert(
      fc.property(decision, fc.constantFrom(...actors), fc.constantFrom(...stages), (what, actor, stage) => {
        const on = stage === 'mql' ? waiting() : lead({ stage, owner: rep.id });
        const result = decide(on, what, actor, agreement, tuesday, ids());
        if (isRefusal(result)) hold(result);
      }),
      { numRuns: 3000 },
    );
    const added = addBySales('lead-1', marketer, monday);
    if (isRefusal(added)) hold(added);
    for (const code of ['wrong-stage', 'wrong-role', 'reason-outcome', 'attempts-missing', 'sales-adds', 'unknown-reason'])
      expect(seen).toContain(code);
  });

  test('names stages, roles and days as the screen does', () => {
    const wrong = {
      refused: 'wrong-stage',
      sentence: 'x',
      facts: { stage: 'opportunity', decision: 'qualify', from: ['lead', 'mql', 'sal'] },
    };
    expect(say('en', wrong)).toBe('This lead is at Opportunity. You can qualify a lead only from Lead, MQL or SAL.');
    expect(say('de', wrong)).toBe('Dieser Lead steht auf Chance. Qualifizieren geht nur von Lead, MQL oder SAL aus.');
    expect(say('de', { refused: 'date-past', sentence: 'x', facts: { date: '2026-02-20' } })).toContain('20. Feb. 2026');
    expect(say('de', { refused: 'note-missing', sentence: 'x', facts: { reason: 'no_budget', label: 'No budget' } })).toContain(
      'Kein Budget',
    );
    expect(say('de', { refused: 'note-missing', sentence: 'x', facts: { reason: 'no_budget', label: 'Out of money' } })).toContain(
      'Out of money',
    );
  });

  test('is shown in the words it came with where the code is of a newer backend, and where an older one sends none', () => {
    expect(say('de', { refused: 'moon-phase', sentence: 'Not at full moon.', facts: {} })).toBe('Not at full moon.');
    expect(refusedWords({ sentence: 'Not so.' }, catalogues.de)).toBe('Not so.');
    expect(say('de', { refused: 'toString', sentence: 'Not so.', facts: {} })).toBe('Not so.');
  });
});

describe('what the backend refuses', () => {
  test('comes in words alone only where no screen asks for it', () => {
    const bare = globSync('server/**/*.ts').flatMap((path) =>
      [...readFileSync(path, 'utf8').matchAll(/\bproblem\('refused', ([^)]*)\)/g)].map(([, words]) => `${path}: ${words}`),
    );
    expect(bare).toEqual([]);
  });
});
