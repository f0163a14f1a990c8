import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromiumId } from '../../lib/contract/identity.ts';
import { built } from '../../scripts/parts/build.ts';
import { ask } from '../../scripts/parts/sign-in.ts';
import { expect, test, times } from '../e2e/house.ts';
import { cardIn, launch } from '../harness/extension.ts';

/** What another extension, or a page that took over our content script, can try. */

test('a content script that was taken over can say nothing but what it sees', async ({ extension, mail, lead, prospect, market }) => {
  const page = await extension.context.newPage();
  const session = await extension.context.newCDPSession(page);
  const worlds: { id: number; origin: string }[] = [];
  session.on('Runtime.executionContextCreated', ({ context }) => worlds.push({ id: context.id, origin: context.origin }));
  session.on('Runtime.executionContextsCleared', () => worlds.splice(0));
  await session.send('Runtime.enable');
  await mail.show(page, 'thread-several-messages', prospect);
  await expect((await cardIn(page)).getByText('Waiting for you')).toBeVisible();
  const ours = worlds.find(({ origin }) => origin.startsWith(`chrome-extension://${chromiumId}`));
  expect(ours, 'the world of the content script').toBeTruthy();
  const say = async (kind: string, payload: unknown) => {
    const { result } = await session.send('Runtime.evaluate', {
      contextId: ours!.id,
      expression: `chrome.runtime.sendMessage(${JSON.stringify({ baton: 'ask', kind, payload })}).then((a) => JSON.stringify(a ?? null), (e) => 'refused: ' + e.message)`,
      awaitPromise: true,
      returnByValue: true,
    });
    return String(result.value);
  };
  const forbidden: [string, unknown][] = [
    ['decide', { lead, decision: { kind: 'accept' } }],
    ['status', undefined],
    ['scene', {}],
    ['lead', { id: lead }],
    ['check', { value: prospect.email }],
    ['find', { text: prospect.name }],
    ['queue', undefined],
    ['outbox', undefined],
    ['settings', { ownDomains: ['example.com'] }],
    ['connect', { backend: 'https://evil.example' }],
    ['signOut', undefined],
    ['forget', undefined],
    ['api', { route: 'users' }],
    ['diagnosis', undefined],
    ['__proto__', {}],
    ['constructor', {}],
  ];
  for (const [kind, payload] of forbidden) {
    const answer = await say(kind, payload);
    expect(answer, kind).not.toContain('"ok":true');
    expect(answer, kind).not.toContain(prospect.name);
  }
  expect(await times(market, lead, 'stage', 'sal')).toBe(0);
  // And a sighting that says too much is no sighting.
  expect(await say('sighting', { site: 'gmail', view: 'message', people: 'everybody', matched: {} })).not.toContain('"ok":true');
});

test('another extension gets no word out of it', async ({ wire }) => {
  const other = mkdtempSync(join(tmpdir(), 'baton-other-'));
  writeFileSync(
    join(other, 'manifest.json'),
    JSON.stringify({ manifest_version: 3, name: 'Other', version: '1', background: { service_worker: 'worker.js' } }),
  );
  writeFileSync(join(other, 'worker.js'), '');
  writeFileSync(join(other, 'page.html'), '<title>other</title>');
  const extension = await launch({ proxy: wire, beside: [other] });
  const worker =
    extension.context.serviceWorkers().find((one) => !one.url().includes(chromiumId)) ??
    (await extension.context.waitForEvent('serviceworker', (one) => !one.url().includes(chromiumId)));
  const page = await extension.context.newPage();
  await page.goto(new URL('page.html', worker.url()).href);
  const answers = await page.evaluate(async (id) => {
    const { runtime } = (globalThis as unknown as { chrome: { runtime: Runtime } }).chrome;
    interface Runtime {
      sendMessage(id: string, message: unknown): Promise<unknown>;
      connect(id: string): {
        onDisconnect: { addListener(f: () => void): void };
        onMessage: { addListener(f: (m: unknown) => void): void };
      };
    }
    const said = await Promise.all(
      ['status', 'queue', 'decide', 'sighting'].map((kind) =>
        runtime.sendMessage(id, { baton: 'ask', kind }).then(
          (answer) => `answered ${JSON.stringify(answer)}`,
          () => 'refused',
        ),
      ),
    );
    const port = runtime.connect(id);
    const connected = await new Promise<string>((resolve) => {
      port.onDisconnect.addListener(() => resolve('refused'));
      port.onMessage.addListener((message) => resolve(`answered ${JSON.stringify(message)}`));
    });
    const file = await fetch(`chrome-extension://${id}/card.html`).then(
      () => 'answered',
      () => 'refused',
    );
    return [...said, connected, file];
  }, chromiumId);
  expect(new Set(answers)).toEqual(new Set(['refused']));
  await extension.close();
  rmSync(other, { recursive: true, force: true });
});

test('extension pages run no text as code and turn none into markup', async ({ fresh }) => {
  for (const path of ['card.html', 'popup.html', 'options.html', 'welcome.html', 'report.html', 'sidepanel.html']) {
    const page = await fresh.open(path);
    const tried = await page.evaluate(
      () =>
        new Promise<Record<string, string>>((resolve) => {
          const attempt = (work: () => unknown) => {
            try {
              work();
              return 'done';
            } catch {
              return 'refused';
            }
          };
          // In a task of its own: what the browser's protocol runs directly is exempt from the page's policy.
          setTimeout(() =>
            resolve({
              eval: attempt(() => Reflect.get(globalThis, 'eval')('1')),
              function: attempt(() => new Function('return 1')()),
              markup: attempt(() => {
                document.createElement('div').innerHTML = '<b>x</b>';
              }),
              script: attempt(() => {
                document.createElement('script').src = 'https://evil.example/x.js';
              }),
            }),
          );
        }),
    );
    expect(tried, path).toEqual({ eval: 'refused', function: 'refused', markup: 'refused', script: 'refused' });
    await page.close();
  }
});

test('what was built asks nobody for code', () => {
  for (const browser of ['chrome', 'firefox'] as const) {
    const folder = built(browser, 'release');
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      if (!/\.(js|html|css)$/.test(name)) continue;
      const text = readFileSync(join(folder, name), 'utf8');
      expect(
        text.match(/\beval\(|importScripts\(|import\(\s*["'`]https?:|<script[^>]+https?:|@import\s+(url\()?["']?https?:/),
        name,
      ).toBeNull();
    }
  }
});

test('nobody is asked while a signed-out extension stands idle beside mail', async ({ fresh, wire }) => {
  const page = await fresh.open('options.html');
  wire.since();
  expect((await ask(page, 'status')).connection.state).toBe('not-connected');
  expect(wire.since().filter(({ url }) => url.includes('127.0.0.1'))).toEqual([]);
});
