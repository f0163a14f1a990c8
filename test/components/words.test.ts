import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { de } from '../../components/words/de.ts';
import { en } from '../../components/words/en.ts';
import { ordinal } from '../../components/words/plural.ts';
import { fillText } from '../../components/words/words.tsx';

type Tree = { [key: string]: unknown };
function leaves(tree: Tree, path = ''): [string, unknown][] {
  return Object.entries(tree).flatMap(([key, value]) => {
    const at = path ? `${path}.${key}` : key;
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? leaves(value as Tree, at)
      : [[at, value] as [string, unknown]];
  });
}
const english = new Map(leaves(en));
const german = new Map(leaves(de));
const placeholders = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort();

describe('the words', () => {
  it('are the same keys in both languages, and nothing is empty', () => {
    expect([...german.keys()].sort()).toEqual([...english.keys()].sort());
    for (const [key, value] of [...english, ...german]) if (typeof value === 'string') expect(value.trim(), key).not.toBe('');
  });

  it('are others in German, but for names and what both languages call the same', () => {
    const names = ['Baton', 'Deutsch', 'English', 'Gmail', 'LinkedIn', 'Roundcube', 'Sales Navigator'];
    const both = ['Budget', 'CSV', 'Lead', 'MQL', 'Marketing', 'Name', 'Offline', 'SAL', 'SQL', 'Segment', 'System', 'Team', 'Teams'];
    const same = [...english]
      .flatMap(([key, value]) => [value].flat().map((text) => [key, text] as const))
      .filter(([key, text]) => typeof text === 'string' && /\p{L}{2}/u.test(text) && [german.get(key)].flat().includes(text))
      .filter(([, text]) => !/^[\w.]+\.(com|microsoft)\b/.test(String(text)) && ![...names, ...both].includes(String(text)));
    expect(same).toEqual([]);
  });

  it('keep the places where a screen puts something of its own', () => {
    for (const [key, value] of english)
      if (typeof value === 'string') expect(placeholders(String(german.get(key))), key).toEqual(placeholders(value));
  });

  it('take the same number of arguments, and use each of them', () => {
    for (const [key, value] of english) {
      // These are given one thing that has all they depend on; tests of their own hold them to it.
      if (typeof value !== 'function' || /^sentences\./.test(key)) continue;
      const other = german.get(key) as (...args: unknown[]) => string;
      expect(other.length, key).toBe(value.length);
      for (const say of [value as (...args: unknown[]) => string, other]) {
        if (key === 'length' || key === 'inSentence' || key === 'written') continue;
        const all = Array.from({ length: say.length }, (_, i) => 700 + i);
        const said = say(...all);
        for (const one of all) expect(said, `${key} leaves out ${one}`).toContain(String(one));
      }
    }
  });

  it('never exclaim, never say “we”, never speak of success', () => {
    for (const [key, value] of [...english, ...german]) {
      const text = typeof value === 'string' ? value : typeof value === 'function' && key !== 'length' ? String(value) : '';
      const said = typeof value === 'string' ? text : [...text.matchAll(/[`'"]([^`'"]*)[`'"]/g)].map((m) => m[1]).join(' ');
      if (!key.startsWith('reason.'))
        expect(said, key).not.toMatch(/!|\bwe\b|\bour\b|\bsuccessfully\b|\boops\b|\bplease\b|\bwir\b|\bbitte\b|erfolgreich/i);
    }
  });

  it('are translated: only names and words of the trade are the same', () => {
    const same = [...english].filter(([key, value]) => typeof value === 'string' && value === german.get(key)).map(([key]) => key);
    const allowed =
      /^(joint|stage\.(lead|mql|sal|sql)|stageShort\.|team\.marketing|keyKind\.|channel\.(webinar|social|partner)|site\.|card\.(label|name|offline)|popup\.(title|offline)|options\.(languages|hosts|state\.offline|signIn)|report\.(marketing|csv|segment|nav\.budget)|welcome\.|users\.(name|teams?)$|webhooks\.(name|system)$|options\.keysTo\.read\.of$)/;
    expect(same.filter((key) => !allowed.test(key))).toEqual([]);
  });

  it('are all said somewhere', () => {
    const folder = new URL('../../components/', import.meta.url).pathname;
    const screens = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.tsx?$/.test(file) && !/^words\/(\w+\.)?(en|de)\.ts$/.test(file))
      .map((file) => readFileSync(join(folder, file), 'utf8'))
      .join('\n');
    // Groups that are read by a value (a stage, a role, a reason) are said as a whole.
    const groups = new Set(
      [...english.keys()]
        .map((key) => key.split('.').slice(0, -1).join('.'))
        .filter((g) => g && screens.includes(`${g.split('.').at(-1)}[`)),
    );
    const unsaid = [...english.keys()].filter(
      (key) =>
        !key.startsWith('sentences.') &&
        !groups.has(key.split('.').slice(0, -1).join('.')) &&
        !new RegExp(`[.'"]${key.split('.').at(-1)}\\b`).test(screens),
    );
    expect(unsaid).toEqual([]);
  });

  it('count by the rules of the language', () => {
    expect([1, 2, 3, 4, 11, 12, 13, 21, 22, 101, 111].map(ordinal)).toEqual([
      '1st',
      '2nd',
      '3rd',
      '4th',
      '11th',
      '12th',
      '13th',
      '21st',
      '22nd',
      '101st',
      '111th',
    ]);
    expect(en.card.people(1)).toBe('1 person');
    expect(en.card.people(1204)).toBe('1,204 people');
    expect(de.card.people(1204)).toBe('1.204 Personen');
    expect(fillText(en.card.waitingFor, { name: 'Ana' })).toBe('Waiting for Ana');
  });
});

describe('the screens', () => {
  const folder = new URL('../../components/', import.meta.url).pathname;
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.tsx'));

  /** Text between tags, and the attributes that people read or hear. */
  function spoken(source: string): string[] {
    const text = source.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
    return [
      ...[...text.matchAll(/<\/?[a-zA-Z][^<>]*>\s*([^<>{}=;()]*[A-Za-z]{2}[^<>{}=;()]*?)\s*<\/?[a-z]/g)].map((m) => m[1]!),
      ...[...text.matchAll(/\b(?:aria-label|title|placeholder|alt)="([^"]*[A-Za-z]{2}[^"]*)"/g)].map((m) => m[1]!),
    ];
  }

  it('are read for words as they should be', () => {
    expect(spoken('<p>\n  Nothing waits\n</p>')).toEqual(['Nothing waits']);
    expect(spoken('<b className="x">Live</b>')).toEqual(['Live']);
    expect(spoken('<button title="Fold it" />')).toEqual(['Fold it']);
    expect(spoken('<p>{w.card.live} · {name}</p>')).toEqual([]);
  });

  it('have no words of their own', () => {
    const found = files.flatMap((file) => spoken(readFileSync(join(folder, file), 'utf8')).map((said) => `${file}: ${said}`));
    // Keys of the keyboard are no words; neither is a name before what is filled into a sentence.
    expect(found.filter((line) => !/^welcome\/done\.tsx: Alt$|: ,\s*\w+:$/.test(line))).toEqual([]);
  });
});
