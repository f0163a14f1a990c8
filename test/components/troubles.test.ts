import { describe, expect, test } from 'vitest';
import { findingWords, kindWords } from '../../components/options/crm/say.ts';
import { troubleWords } from '../../components/words/refused.ts';
import { catalogues } from '../../components/words/words.tsx';
import { sources } from '../../server/sources/index.ts';
import type { Link } from '../../server/sources/source.ts';
import { SimulatedClock } from '../fakes/clock.ts';
import { FakeHubspot } from '../fakes/hubspot.ts';
import { FakeMautic } from '../fakes/mautic.ts';
import { FakeSalesforce } from '../fakes/salesforce.ts';
import { testLink } from '../sources/link.ts';

const english = /\b(the|and|is|are|not|you|your|only|from|this|that|choose|again|can|at|of|with|who|when|a|each)\b/i;
const german = (sentence: string, but: readonly string[] = []) => {
  expect(
    but.reduce((rest, one) => rest.replaceAll(one, ''), sentence.replaceAll(/„[^“]*“/g, '')),
    sentence,
  ).not.toMatch(english);
};

describe('what goes wrong with a CRM', () => {
  test('a newer backend’s sentence stays as it came', () => {
    expect(troubleWords({ sentence: 'It rains.', said: { code: 'crm-rain', facts: {} } }, catalogues.de)).toBe('It rains.');
    expect(troubleWords({ sentence: 'It rains.' }, catalogues.de)).toBe('It rains.');
  });
});

describe('what the backend says about a CRM', () => {
  const clock = new SimulatedClock();
  const mapping = { stageIn: {}, stageOut: {}, reasonOut: {}, fields: {}, writeFeedback: false, agreed: true };
  const links: Record<string, () => Link> = {
    hubspot: () => testLink(new FakeHubspot(), clock, { token: 'pat-test' }, mapping),
    salesforce: () =>
      testLink(new FakeSalesforce(), clock, { address: 'https://crm.example', clientId: 'client', clientSecret: 'secret' }, mapping),
    mautic: () => testLink(new FakeMautic(), clock, { address: 'https://crm.example', user: 'baton', password: 'secret' }, mapping),
  };

  test.each(sources)('$name: what it reads, writes and asks for, in German to the last word', (source) => {
    const kind = { id: source.id, name: source.name, ...source.describe() };
    expect(kindWords(kind, catalogues.en)).toEqual(kind);
    const said = kindWords(kind, catalogues.de);
    expect(said.reads).not.toEqual(kind.reads);
    expect(said.writes).not.toEqual(kind.writes);
    for (const line of [...said.reads, ...said.writes]) german(line);
    for (const [i, way] of said.ways.entries()) {
      expect(way.help).not.toBe(kind.ways[i]!.help);
      german(way.help, [
        'Configuration, API settings',
        'Settings, API Credentials',
        'Basic authentication',
        'Settings, Integrations, Service keys',
      ]);
      const words = catalogues.de.crmKinds().kinds[source.id]!.ways[way.id]!;
      expect(way.fields.map(({ name }) => name).filter((name) => words.fields[name] === undefined)).toEqual([]);
    }
  });

  test.each(sources)('$name: every right, and what is missing without it', async (source) => {
    const findings = await source.check(links[source.id]!());
    expect(findings.every(({ ok }) => ok)).toBe(true);
    for (const finding of findings) {
      expect(findingWords(finding, catalogues.en)).toEqual({ what: finding.what, sentence: finding.sentence });
      const without = {
        ...finding,
        ok: false,
        sentence: '',
        said: { code: 'crm-no-permission', facts: { crm: source.name, scopes: [] } },
        without: true,
      };
      const { what, sentence } = findingWords(without, catalogues.de);
      german(what);
      german(sentence);
      expect(sentence).toMatch(/^\w+: Ein Recht fehlt\. .*verbunden ist\. \p{Lu}.*\.$/u);
      const known = finding.said && troubleWords(finding, catalogues.de);
      if (known) german(known);
      expect(findingWords(finding, catalogues.de)).toEqual({ what, sentence: known ?? 'lässt sich lesen' });
    }
  });

  test('of a CRM with other words than these they stay as they came', () => {
    const kind = { id: 'hubspot', name: 'HubSpot', reads: ['one thing'], writes: [], ways: [] };
    expect(kindWords(kind, catalogues.de).reads).toEqual(['one thing']);
    const finding = { right: 'moon', what: 'The moon', ok: false, sentence: 'It is away.' };
    expect(findingWords(finding, catalogues.de)).toEqual({ what: 'The moon', sentence: 'It is away.' });
  });

  test('what was written is named as on screen; a field of the CRM’s as there', () => {
    const { written } = catalogues.de.crmKinds();
    expect(['note', 'campaign member (Sent)', 'lifecyclestage'].map(written)).toEqual([
      'Notiz',
      'Zustand in der Kampagne (Sent)',
      'lifecyclestage',
    ]);
  });
});
