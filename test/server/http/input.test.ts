import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { saidWords } from '../../../components/words/refused.ts';
import { catalogues } from '../../../components/words/words.tsx';
import { routes } from '../../../lib/contract/index.ts';
import type { Problem } from '../../../lib/contract/problem.ts';
import { day, id, instant, like, z } from '../../../lib/contract/z.ts';
import { inBody, parse } from '../../../server/http/input.ts';
import { Problematic } from '../../../server/http/problem.ts';

function refusedAs(schema: z.ZodType, input: unknown, strict = false): Problem {
  try {
    parse(schema, input, inBody, strict);
  } catch (error) {
    if (error instanceof Problematic) return error.document;
    throw error;
  }
  throw new Error(`${JSON.stringify(input)} was taken.`);
}

const schema = z.object({
  name: z.string().min(1).max(5),
  kind: z.enum(['form', 'click']),
  of: id.optional(),
  at: instant.optional(),
  on: day.optional(),
  link: z.url().optional(),
  month: like(/^\d{4}-\d\d$/, '2026-11').optional(),
  list: z.array(z.string()).min(1).max(2).optional(),
  n: z.int().min(1).max(9).optional(),
  yes: z.boolean().optional(),
  inner: z.object({ note: z.string() }).optional(),
  either: z.union([z.int(), z.object({ after: id })]).optional(),
});
const good = { name: 'Ada', kind: 'form' };

describe('input that a route does not want is told in sentences of both languages', () => {
  test.each<[more: Record<string, unknown>, english: string, german: string]>([
    [{ name: undefined }, '“/name” is missing.', '„/name“ fehlt.'],
    [{ name: '' }, '“/name” is empty. Fill it in.', '„/name“ ist leer. Füllen Sie es aus.'],
    [{ name: 'Adalbert' }, '“/name” may have 5 characters at most.', '„/name“ darf höchstens 5 Zeichen haben.'],
    [{ name: 7 }, '“/name” must be text.', '„/name“ muss ein Text sein.'],
    [{ kind: 'fax' }, '“/kind” must be one of form, click.', '„/kind“ muss eines davon sein: form, click.'],
    [{ kind: undefined }, '“/kind” is missing.', '„/kind“ fehlt.'],
    [{ of: 'x' }, '“/of” is no id. Ids are UUIDs.', '„/of“ ist keine Kennung. Kennungen sind UUIDs.'],
    [
      { at: 'noon' },
      '“/at” is no time. Write it like 2026-11-22T09:00:00Z.',
      '„/at“ ist keine Zeitangabe. Schreiben Sie sie wie 2026-11-22T09:00:00Z.',
    ],
    [{ on: '30.2.' }, '“/on” is no date. Write it like 2026-11-22.', '„/on“ ist kein Datum. Schreiben Sie es wie 2026-11-22.'],
    [
      { link: 'there' },
      '“/link” is no web address. It begins with https:// or http://.',
      '„/link“ ist keine Webadresse. Sie beginnt mit https:// oder http://.',
    ],
    [{ month: 'May' }, '“/month” must be written like 2026-11.', '„/month“ muss geschrieben sein wie 2026-11.'],
    [{ list: [] }, '“/list” needs 1 entry at least.', '„/list“ braucht mindestens 1 Eintrag.'],
    [{ list: ['a', 'b', 'c'] }, '“/list” may have 2 entries at most.', '„/list“ darf höchstens 2 Einträge haben.'],
    [{ list: ['a', 1] }, '“/list/1” must be text.', '„/list/1“ muss ein Text sein.'],
    [{ n: 0 }, '“/n” must be 1 at least.', '„/n“ muss mindestens 1 sein.'],
    [{ n: 10 }, '“/n” may be 9 at most.', '„/n“ darf höchstens 9 sein.'],
    [{ n: 1.5 }, '“/n” must be a whole number.', '„/n“ muss eine ganze Zahl sein.'],
    [{ yes: 'ja' }, '“/yes” must be true or false.', '„/yes“ muss ja oder nein sein.'],
    [{ inner: {} }, '“/inner/note” is missing.', '„/inner/note“ fehlt.'],
    [{ either: { after: 'x' } }, '“/either/after” is no id. Ids are UUIDs.', '„/either/after“ ist keine Kennung. Kennungen sind UUIDs.'],
    [{ more: 1 }, 'There is no field “/more” here. Leave it out.', 'Ein Feld „/more“ gibt es hier nicht. Lassen Sie es weg.'],
  ])('%o', (more, english, german) => {
    const { detail, refusal, errors } = refusedAs(schema, { ...good, ...more }, true);
    expect(detail).toBe(english);
    expect(saidWords(refusal, catalogues.de)).toBe(german);
    expect(errors).toEqual([{ pointer: expect.stringMatching(/^\//), detail: english, said: refusal }]);
  });

  test('no body at all', () => {
    expect(refusedAs(schema, undefined).detail).toBe('The body is missing.');
    expect(saidWords(refusedAs(schema, []).refusal, catalogues.de)).toBe('Die Eingabe muss ein Objekt sein.');
  });
});

test('whatever comes to any route, nothing is said in words of the check itself', () => {
  const schemas = Object.values(routes).flatMap((route) => [route.body, route.query, route.params].filter((one) => one !== undefined));
  const shaped = (one: z.ZodType): fc.Arbitrary<unknown> =>
    one instanceof z.ZodObject
      ? fc.record(Object.fromEntries(Object.keys(one.shape).map((key) => [key, fc.anything({ maxDepth: 2 })])), { requiredKeys: [] })
      : fc.anything();
  let refusals = 0;
  for (const one of schemas)
    fc.assert(
      fc.property(shaped(one), (input) => {
        if (one.safeParse(input).success) return;
        refusals++;
        for (const { said, detail } of refusedAs(one, input).errors!) {
          expect(detail).not.toMatch(/Invalid|expected|undefined/);
          expect(saidWords(said, catalogues.de)).toBeDefined();
        }
      }),
      { numRuns: 20 },
    );
  expect(refusals).toBeGreaterThan(500);
});
