import { describe, expect, test } from 'vitest';
import { findingWords, kindWords } from '../../components/options/crm/say.ts';
import { troubleWords } from '../../components/words/refused.ts';
import { catalogues } from '../../components/words/words.tsx';
import { type CrmCode, crms } from '../../lib/funnel/sentences/crms.ts';
import { says } from '../../lib/funnel/sentences/index.ts';
import { findingOnWire, onWire } from '../../server/sources/describe.ts';
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
    const kind = onWire(source);
    const english = kindWords(kind, catalogues.en);
    expect([english.reads, english.writes, english.ways[0]!.help]).toEqual([kind.reads, kind.writes, kind.ways[0]!.help]);
    const said = kindWords(kind, catalogues.de);
    for (const [i, line] of [...said.reads, ...said.writes].entries()) {
      german(line);
      expect(line).not.toBe([...kind.reads, ...kind.writes][i]);
    }
    for (const [i, way] of said.ways.entries()) {
      expect(way.help).not.toBe(kind.ways[i]!.help);
      german(way.help, [
        'Configuration, API settings',
        'Settings, API Credentials',
        'Basic authentication',
        'Settings, Integrations, Service keys',
      ]);
    }
  });

  test.each(sources)('$name: every right, and what is missing without it', async (source) => {
    const findings = await source.check(links[source.id]!());
    expect(findings.every(({ ok }) => ok)).toBe(true);
    for (const finding of findings) {
      const { right, what } = finding;
      // What there is to know of a right stands in the place of its being there.
      if (finding.said) german(findingWords(findingOnWire(finding), catalogues.de).sentence);
      const can = findingOnWire({ right, what, ok: true });
      expect(findingWords(can, catalogues.en)).toEqual({ what: can.what, sentence: 'can be read' });
      expect(findingWords(can, catalogues.de).sentence).toBe('lässt sich lesen');
    }
    const rights = Object.keys(crms).filter((code) => code.startsWith(`${source.id}-right-`));
    expect(findings.map(({ what }) => what)).toEqual(rights);
    for (const what of rights as CrmCode[]) {
      const said = says('crm-no-permission', { crm: source.name, scopes: [] });
      const cannot = findingOnWire({ right: '', what, ok: false, said, without: what.replace('-right-', '-without-') as CrmCode });
      expect(findingWords(cannot, catalogues.en)).toEqual({ what: cannot.what, sentence: cannot.sentence });
      const told = findingWords(cannot, catalogues.de);
      german(told.what);
      german(told.sentence);
      expect(told.sentence).toMatch(/^\w+: Ein Recht fehlt\. .*verbunden ist\. \p{Lu}.*\.$/u);
    }
  });

  test('of a CRM with other words than these they stay as they came', () => {
    const kind = { id: 'hubspot', name: 'HubSpot', reads: ['one thing'], writes: [], ways: [] };
    expect(kindWords(kind, catalogues.de).reads).toEqual(['one thing']);
    const finding = { right: 'moon', what: 'The moon', ok: false, sentence: 'It is away.' };
    expect(findingWords(finding, catalogues.de)).toEqual({ what: 'The moon', sentence: 'It is away.' });
  });

  test('what was written is named as on screen; a field of the CRM’s as there', () => {
    const { written } = catalogues.de;
    expect(['note', 'campaign member (Sent)', 'lifecyclestage'].map(written)).toEqual([
      'Notiz',
      'Zustand in der Kampagne (Sent)',
      'lifecyclestage',
    ]);
  });
});
