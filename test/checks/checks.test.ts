import { describe, expect, it } from 'vitest';
import { dependencies } from '../../scripts/checks/dependencies.ts';
import { layering } from '../../scripts/checks/layering.ts';
import type { Objection } from '../../scripts/checks/source.ts';
import { foreignPlaces, htmlSinks, openEnds } from '../../scripts/checks/text.ts';

/** Each check is shown a small tree with one thing wrong in it, and one beside it that is right. */
const tree = (files: Record<string, string>) => new Map(Object.entries(files));
const places = (objections: Objection[]) => objections.map(({ path, line }) => `${path}:${line}`);

describe('layering', () => {
  const planted: [what: string, files: Record<string, string>, where: string][] = [
    ['funnel imports contract', { 'lib/funnel/a.ts': "\nimport { z } from '../contract/z.ts';" }, 'lib/funnel/a.ts:2'],
    ['funnel uses a package', { 'lib/funnel/a.ts': "import { z } from 'zod';" }, 'lib/funnel/a.ts:1'],
    ['a site imports funnel, even a type', { 'lib/sites/a.ts': "import type { Stage } from '../funnel/words.ts';" }, 'lib/sites/a.ts:1'],
    ['a site fetches', { 'lib/sites/a.ts': "export const read = () => fetch('x');" }, 'lib/sites/a.ts:1'],
    ['a site keeps', { 'lib/sites/a.ts': 'export const keep = () => window.localStorage;' }, 'lib/sites/a.ts:1'],
    ['a site reads cookies', { 'lib/sites/a.ts': 'export const keep = () => document.cookie;' }, 'lib/sites/a.ts:1'],
    ['a site calls the browser', { 'lib/sites/a.ts': 'export const f = () => browser.runtime.id;' }, 'lib/sites/a.ts:1'],
    ['bridge takes a value of contract', { 'lib/bridge/a.ts': "import { card } from '../contract/card.ts';" }, 'lib/bridge/a.ts:1'],
    [
      'bridge takes a value beside a type',
      { 'lib/bridge/a.ts': "import { type Card, card } from '../contract/card.ts';" },
      'lib/bridge/a.ts:1',
    ],
    ['client imports a reader', { 'lib/client/a.ts': "import { gmail } from '../sites/gmail/site.ts';" }, 'lib/client/a.ts:1'],
    ['client imports React', { 'lib/client/a.ts': "import { useState } from 'react';" }, 'lib/client/a.ts:1'],
    ['components reach for the client', { 'components/a.tsx': "export { x } from '../lib/client/x.ts';" }, 'components/a.tsx:1'],
    ['components load later', { 'components/a.tsx': "const x = () => import('../lib/client/x.ts');" }, 'components/a.tsx:1'],
    ['entrypoints import the server', { 'entrypoints/background.ts': "import '../server/main.ts';" }, 'entrypoints/background.ts:1'],
    ['the server imports the client', { 'server/a.ts': "import type { X } from '../lib/client/x.ts';" }, 'server/a.ts:1'],
    ['the server uses React', { 'server/a.ts': "import { createElement } from 'react';" }, 'server/a.ts:1'],
  ];
  it.each(planted)('objects when %s', (_, files, where) => {
    expect(places(layering(tree(files)))).toEqual([where]);
  });

  it('finds what a content script carries in, however deep', () => {
    const objections = layering(
      tree({
        'entrypoints/gmail.content.ts': "import { start } from '../lib/bridge/start.ts';",
        'entrypoints/other.content/index.ts': "import { start } from '../../lib/funnel/clean.ts';",
        'lib/bridge/start.ts': "import { deep } from './deep.ts';",
        'lib/bridge/deep.ts': "import { z } from 'zod';\nexport const deep = () => fetch('x');",
        'lib/funnel/clean.ts': 'export const start = 1;',
      }),
    );
    expect(objections.map(({ says }) => says)).toEqual([
      'lib/bridge may not use the package zod',
      'the content script entrypoints/gmail.content.ts may not carry zod into pages',
      'the content script entrypoints/gmail.content.ts may not touch fetch',
    ]);
  });

  it('is content with what each room may know, and with words that only look like the platform', () => {
    const files = {
      'lib/contract/a.ts': "import { stages } from '../funnel/words.ts';\nimport { z } from 'zod';",
      'lib/bridge/a.ts': "import type { Card } from '../contract/card.ts';\nimport { browser } from 'wxt/browser';",
      'lib/client/a.ts': "import type { Site } from '../sites/site.ts';\nexport const get = (fetch: () => void) => fetch();",
      'components/a.tsx': "import type { Card } from '../lib/contract/card.ts';\nimport { useState } from 'react';",
      'entrypoints/popup/main.tsx': "import './style.css';\nimport { Card } from '../../components/card.tsx';",
      'server/a.ts': "import { decide } from '../lib/funnel/decide.ts';\nimport pg from 'pg';\nimport { x } from './b.ts';",
      'lib/sites/a.ts': 'export const read = (table: { caches: number }) => table.caches;\nexport interface S { fetch: string }',
      'scripts/a.ts': "import '../server/main.ts';\nimport '../lib/client/x.ts';",
    };
    expect(layering(tree(files))).toEqual([]);
  });
});

describe('text that becomes markup or code', () => {
  it.each([
    'node.innerHTML = name;',
    'node.outerHTML += name;',
    "node.insertAdjacentHTML('beforeend', name);",
    'document.write(name);',
    'eval(name);',
    'new Function(name)();',
    'const a = <p dangerouslySetInnerHTML={{ __html: name }} />;',
    'const a = <iframe srcDoc={name} />;',
  ])('objects to %s', (line) => {
    expect(places(htmlSinks(tree({ 'components/a.tsx': `\n${line}` })))).toEqual(['components/a.tsx:2']);
  });
  it('is content with text, with other things that write, and with other rooms', () => {
    const files = {
      'components/a.tsx': 'node.textContent = name; const html = node.innerHTML; stream.write(name);',
      'server/a.ts': 'node.innerHTML = name;',
    };
    expect(htmlSinks(tree(files))).toEqual([]);
  });
});

describe('dependencies', () => {
  const used = {
    'package.json': JSON.stringify({
      dependencies: { react: '1', idb: '1', zod: '1', 'webextension-polyfill': '1' },
      devDependencies: { wxt: '1', vitest: '1', '@playwright/test': '1' },
    }),
    'wxt.config.ts': "import { defineConfig } from 'wxt';\nexport default defineConfig({ modules: ['@wxt-dev/webextension-polyfill'] });",
    'entrypoints/background.ts': "import { browser } from 'wxt/browser';",
    'components/a.tsx': "import { useState } from 'react';",
    'lib/client/a.ts': "import { openDB } from 'idb';",
    'lib/contract/z.ts': "import { z } from 'zod';",
    'test/a.test.ts': "import { it } from 'vitest';",
    'test/e2e/a.spec.ts': "import { test } from '@playwright/test';",
  };
  it('is content when each does its work', () => {
    expect(dependencies(tree(used))).toEqual([]);
  });
  it.each([
    ['entrypoints/background.ts', 'wxt'],
    ['entrypoints/background.ts', 'webextension-polyfill'],
    ['wxt.config.ts', 'webextension-polyfill'],
    ['components/a.tsx', 'react'],
    ['lib/client/a.ts', 'idb'],
    ['lib/contract/z.ts', 'zod'],
    ['test/a.test.ts', 'vitest'],
    ['test/e2e/a.spec.ts', 'playwright'],
  ])('objects when %s no longer uses %s', (path, name) => {
    const says = dependencies(tree({ ...used, [path]: '' })).map((objection) => objection.says);
    expect(says.some((sentence) => sentence.startsWith(`${name} `))).toBe(true);
  });
  it('objects to a dependency that nobody imports', () => {
    const says = dependencies(tree({ ...used, 'package.json': used['package.json'].replace('"idb"', '"left-pad":"1","idb"') }));
    expect(says.map((objection) => objection.says)).toEqual(['left-pad is used nowhere']);
  });
});

describe('places and open ends', () => {
  // In pieces, so that this file can be checked by what it tests.
  const registry = ['https://registry', 'npmjs', 'org/zod'].join('.');
  const home = ['', 'home', 'ana', 'baton'].join('/');
  const later = ['TO', 'DO'].join('');
  const sleep = ['await page.waitFor', 'Timeout(500);'].join('');
  const narrowed = ['it', "only('x', () => {});"].join('.');
  it('objects to registries and to folders of one machine', () => {
    const objections = foreignPlaces(
      tree({
        'a.md': `\n${registry}`,
        'b.ts': `const a = '${home}';`,
        'c.ts': '// /srv/baton/x',
        'd.md': 'see https://example.org/home/ana',
      }),
      '/srv/baton',
    );
    expect(places(objections)).toEqual(['a.md:2', 'b.ts:1', 'c.ts:1']);
  });
  it('objects to what is left open, narrowed, or waits for time', () => {
    const objections = openEnds(
      tree({ 'lib/a.ts': `// ${later} later`, 'test/a.test.ts': narrowed, 'test/e2e/a.spec.ts': sleep, 'README.md': later }),
    );
    expect(places(objections)).toEqual(['lib/a.ts:1', 'test/a.test.ts:1', 'test/e2e/a.spec.ts:1']);
  });
});
