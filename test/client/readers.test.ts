import { beforeEach, describe, expect, test } from 'vitest';
import { matches, patternOf, siteAt } from '../../lib/client/origins.ts';
import { type Readers, type ReadersWorld, readers } from '../../lib/client/readers.ts';
import { defaults, settingsStore } from '../../lib/client/settings.ts';
import { area } from './world.ts';

describe('match patterns', () => {
  test.each([
    ['https://mail.google.com/*', 'https://mail.google.com/mail/u/0/#inbox', true],
    ['https://mail.google.com/*', 'https://mail.google.com.evil.test/', false],
    ['https://mail.google.com/*', 'http://mail.google.com/', false],
    ['https://mail.google.com/*', 'https://evil.test/?https://mail.google.com/', false],
    ['https://mail.google.com/*', 'https://mail.google.com:444/', true],
    ['https://*.linkedin.com/in/*', 'https://www.linkedin.com/in/dana', true],
    ['https://*.linkedin.com/in/*', 'https://linkedin.com/in/dana', true],
    ['https://*.linkedin.com/in/*', 'https://evillinkedin.com/in/dana', false],
    ['https://*.linkedin.com/in/*', 'https://www.linkedin.com/feed/', false],
    ['*://*/*', 'http://any.example/x', true],
    ['*://*/*', 'file:///etc/passwd', false],
    ['http://127.0.0.1/*', 'http://127.0.0.1:8787/practice', true],
    ['http://localhost:8080/*', 'http://localhost:8081/', false],
    ['https://a.example/x.html', 'https://a.example/xahtml', false],
    ['nonsense', 'https://a.example/', false],
  ])('%s and %s: %s', (pattern, url, is) => {
    expect(matches(pattern, new URL(url))).toBe(is);
  });

  test('an origin’s pattern has no port and no path', () => {
    expect(patternOf('https://webmail.firm.example:8443')).toBe('https://webmail.firm.example/*');
    expect(patternOf('https://webmail.firm.example/roundcube/')).toBe('https://webmail.firm.example/*');
    for (const wrong of ['', 'webmail', 'javascript:alert(1)', 'file:///x', 'data:text/html,x']) expect(patternOf(wrong)).toBeUndefined();
  });

  test('no site, no reader', () => {
    expect(siteAt(new URL('https://a.example/'), [{ site: 'gmail', patterns: ['https://mail.google.com/*'] }])).toBeUndefined();
  });
});

let granted: Set<string>;
let registered: { id: string; matches?: string[]; js: string[] }[];
let injected: { tab: number; files: string[] }[];
let tabs: { id: number; url: string }[];
let local: ReturnType<typeof area>;
let world: ReadersWorld;
let here: Readers;

beforeEach(() => {
  granted = new Set();
  registered = [];
  injected = [];
  tabs = [];
  local = area();
  const settings = settingsStore(local, area());
  world = {
    builtIn: [{ site: 'gmail', patterns: ['https://mail.google.com/*'] }],
    manifestHosts: ['https://mail.google.com/*'],
    manifestScripts: [{ matches: ['https://mail.google.com/*'], js: ['content-scripts/gmail.js'] }],
    scripting: {
      getRegisteredContentScripts: async () => registered,
      async registerContentScripts(scripts) {
        for (const script of scripts) {
          if (registered.some(({ id }) => id === script.id)) throw new Error(`Duplicate script ID '${script.id}'`);
          registered.push(script);
        }
      },
      async unregisterContentScripts({ ids }) {
        registered = registered.filter(({ id }) => !ids.includes(id));
      },
      async executeScript({ target, files }) {
        const url = tabs.find(({ id }) => id === target.tabId)?.url;
        if (url?.includes('forbidden')) throw new Error('Cannot access contents of the page');
        injected.push({ tab: target.tabId, files });
        return [{ result: undefined }];
      },
    },
    permissions: { contains: async ({ origins }) => origins.every((origin) => granted.has(origin)) },
    tabs: { query: async ({ url }) => tabs.filter((tab) => url.some((pattern) => matches(pattern, new URL(tab.url)))) },
    settings: () => settings.get(),
    changeSettings: (patch) => settings.change(patch),
    scriptOf: (site) => `content-scripts/${site}.js`,
    onceScript: 'look.js',
  };
  here = readers(world);
});

describe('readers', () => {
  const roundcube = { origin: 'https://webmail.firm.example', site: 'roundcube' as const };

  test('an origin that the user added gets its reader once the browser has granted it, in pages that are open too', async () => {
    tabs = [
      { id: 1, url: 'https://webmail.firm.example/?_task=mail' },
      { id: 2, url: 'https://elsewhere.example/' },
    ];
    await world.changeSettings({ origins: [roundcube] });
    await here.arrange();
    expect(registered).toEqual([]);
    granted.add('https://webmail.firm.example/*');
    await here.arrange();
    expect(registered).toMatchObject([
      { id: 'site-roundcube', matches: ['https://webmail.firm.example/*'], js: ['content-scripts/roundcube.js'] },
    ]);
    expect(injected).toEqual([{ tab: 1, files: ['content-scripts/roundcube.js'] }]);
    expect(await here.siteAt(new URL('https://webmail.firm.example/x'))).toBe('roundcube');
    expect(await here.siteAt(new URL('https://elsewhere.example/'))).toBeUndefined();
  });

  test('a site of the manifest that the user allows later is read in pages that are open already, and no other is', async () => {
    world.manifestScripts = [...world.manifestScripts, { matches: ['https://outlook.live.com/*'], js: ['content-scripts/outlook.js'] }];
    tabs = [
      { id: 1, url: 'https://mail.google.com/mail/u/0/' },
      { id: 2, url: 'https://outlook.live.com/mail/' },
    ];
    await here.granted(['https://mail.google.com/*']);
    expect(injected).toEqual([{ tab: 1, files: ['content-scripts/gmail.js'] }]);
  });

  test('arranging again changes nothing, also when it is asked twice at once', async () => {
    granted.add('https://webmail.firm.example/*');
    await world.changeSettings({ origins: [roundcube] });
    await Promise.all([here.arrange(), here.arrange()]);
    await here.arrange();
    expect(registered).toHaveLength(1);
  });

  test('a second host of the same kind is one registration with both', async () => {
    granted.add('https://webmail.firm.example/*').add('https://mail.other.example/*');
    await world.changeSettings({ origins: [roundcube] });
    await here.arrange();
    await world.changeSettings({ origins: [roundcube, { origin: 'https://mail.other.example', site: 'roundcube' }] });
    await here.arrange();
    expect(registered).toMatchObject([
      { id: 'site-roundcube', matches: ['https://mail.other.example/*', 'https://webmail.firm.example/*'] },
    ]);
  });

  test('what the user takes back is gone from the settings and from the browser', async () => {
    granted.add('https://webmail.firm.example/*');
    await world.changeSettings({ origins: [roundcube] });
    await here.arrange();
    granted.clear();
    await here.revoked(['https://webmail.firm.example/*']);
    expect(registered).toEqual([]);
    expect((await world.settings()).origins).toEqual([]);
    expect(await here.siteAt(new URL('https://webmail.firm.example/'))).toBeUndefined();
  });

  test('after an update every open page gets the present script, and one that refuses stops nobody', async () => {
    granted.add('https://webmail.firm.example/*');
    await world.changeSettings({ origins: [roundcube] });
    tabs = [
      { id: 1, url: 'https://mail.google.com/mail/forbidden' },
      { id: 2, url: 'https://mail.google.com/mail/u/0/' },
      { id: 3, url: 'https://webmail.firm.example/' },
    ];
    await here.intoOpenTabs();
    expect(registered).toHaveLength(1);
    expect(injected).toEqual([
      { tab: 2, files: ['content-scripts/gmail.js'] },
      { tab: 3, files: ['content-scripts/roundcube.js'] },
    ]);
  });

  test('a host is added only once the browser has allowed it, and only once', async () => {
    const place = { origin: 'https://webmail.firm.example:8443', site: 'roundcube' } as const;
    tabs = [{ id: 5, url: 'https://webmail.firm.example:8443/?_task=mail' }];
    expect(await here.add(place)).toBe(false);
    expect((await world.settings()).origins).toEqual([]);
    expect(await here.allowed(new URL(place.origin))).toBe(false);
    granted.add('https://webmail.firm.example/*');
    expect(await here.allowed(new URL(place.origin))).toBe(true);
    for (let turn = 0; turn < 2; turn++) expect(await here.add(place)).toBe(true);
    expect((await world.settings()).origins).toEqual([place]);
    expect(injected).toEqual([{ tab: 5, files: ['content-scripts/roundcube.js'] }]);
  });

  test('a host of the manifest that no site claims is read by the general reader', async () => {
    granted.add('http://127.0.0.1/*');
    const practice = readers({ ...world, manifestHosts: [...world.manifestHosts, 'http://127.0.0.1/*'] });
    await practice.arrange();
    expect(registered).toMatchObject([{ id: 'site-page', matches: ['http://127.0.0.1/*'], js: ['content-scripts/page.js'] }]);
    expect(await practice.siteAt(new URL('http://127.0.0.1:8787/practice'))).toBe('page');
  });
});

describe('settings', () => {
  test('are the shipped ones until something is chosen; sites change one by one', async () => {
    const store = settingsStore(local, area());
    expect(await store.get()).toEqual(defaults);
    await store.change({ sites: { gmail: { on: false, opensByItself: true } } });
    const { sites } = await settingsStore(local, area()).get();
    expect(sites.gmail?.on).toBe(false);
    expect(sites.linkedin).toEqual(defaults.sites.linkedin);
  });

  test('domains are kept in the form that addresses are compared in', async () => {
    const store = settingsStore(local, area());
    const { ownDomains } = await store.change({
      ownDomains: ['@Ridgeway.example', ' münchen.example ', 'ridgeway.example', 'localhost', '', 'a b'],
    });
    expect(ownDomains).toEqual(['ridgeway.example', 'xn--mnchen-3ya.example']);
  });

  test('the company’s policy stands above them, and nonsense in it is no policy', async () => {
    const managed = area();
    await managed.set({
      backend: 'https://baton.firm.example',
      sites: { outlook: false, gmail: 'no' },
      ownDomains: ['firm.example', 7],
      linkedin: 'panel',
    });
    const store = settingsStore(local, managed);
    await store.change({
      ownDomains: ['mine.example'],
      sites: { outlook: { on: true, opensByItself: true }, linkedin: { on: true, opensByItself: false, mode: 'overlay' } },
    });
    const settings = await store.get();
    expect(settings.sites.outlook?.on).toBe(false);
    expect(settings.sites.gmail?.on).toBe(true);
    expect(settings.sites.linkedin?.mode).toBe('panel');
    expect(settings.ownDomains).toEqual(['firm.example']);
    expect(await store.managed()).toEqual({ backend: true, sites: true, ownDomains: true, linkedin: true });
    await managed.clear();
    expect((await settingsStore(local, managed).get()).ownDomains).toEqual(['mine.example']);
  });

  test('a browser without policies is one without a policy', async () => {
    const managed = { ...area(), get: () => Promise.reject(new Error('Managed storage manifest not found')) };
    expect(await settingsStore(local, managed).managed()).toEqual({});
  });
});
