import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { chromiumId } from '../../lib/contract/identity.ts';
import { expect, sync, test } from '../e2e/house.ts';
import { cardIn, type Extension, launch } from '../harness/extension.ts';
import { chosen, linkedin, seen, visit } from '../harness/linkedin.ts';
import { prepare, type Report, report, timing } from './probe.ts';

/** What LinkedIn could find out: nothing while nothing is in its pages, and of the overlay only that something is there. */

/** In the sample data one lead is tied to the profile that the pages show. */
const visits = [
  ['profile', 'lead'],
  ['profile-percent-encoded', 'stranger'],
  ['profile-still-the-one-before', 'conflict'],
  ['search', undefined],
] as const;

async function reports(
  extension: Extension,
  who: (name: string, known: string | undefined, page: Page) => Promise<void>,
): Promise<Report[]> {
  const site = await linkedin(extension);
  const found: Report[] = [];
  for (const [name, known] of visits) {
    const page = await extension.context.newPage();
    await prepare(page);
    await visit(page, site, name);
    await who(name, known, page);
    found.push(await report(page, chromiumId));
    await page.close();
  }
  return found;
}

/** The same pages in a browser without the extension. */
async function untouched(): Promise<Report[]> {
  const bare = await launch({ bare: true });
  const found = await reports(bare, async (_, __, page) => {
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done)))));
  });
  await bare.close();
  return found;
}

test('before the choice, and with the side panel, a page finds no trace, whomever it shows', async ({ extension }) => {
  await sync(extension);
  const without = await untouched();
  for (const mode of ['ask', 'panel'] as const) {
    if (mode === 'panel') await chosen(extension, mode);
    const found = await reports(extension, (_, known, page) => seen(extension, page, known));
    for (const [index, [name]] of visits.entries()) expect(found[index], `${name}, ${mode}`).toEqual(without[index]);
  }
});

test('the overlay is one element without a name, the same for a lead, a stranger and whoever cannot be told', async ({ extension }) => {
  await sync(extension);
  await chosen(extension, 'overlay');
  const without = await untouched();
  const found = await reports(extension, async (_, known, page) => {
    await cardIn(page);
    await seen(extension, page, known);
  });
  const beyond = found.map((one, index) => {
    const bare = without[index]!;
    const { document, changes, boxes, events, ...rest } = one;
    const { document: page, changes: __, boxes: ___, events: heard, ...bareRest } = bare;
    // Nothing but the element itself: not a word, not a frame, not an answer, not an error.
    expect(rest).toEqual(bareRest);
    const at = document.indexOf('<unknown-element');
    const end = document.indexOf('</unknown-element>') + '</unknown-element>'.length;
    expect(document.slice(0, at) + document.slice(end)).toBe(page);
    return { element: document.slice(at, end), changes, boxes, events: events.slice(heard.length) };
  });
  expect(beyond[0]!.element).toMatch(/^<unknown-element popover="manual" style="[^"]*"><\/unknown-element>$/);
  expect(beyond[0]!.boxes).toHaveLength(1);
  for (const one of beyond) expect(one).toEqual(beyond[0]);
});

test('how long a refused answer takes is the browser’s own: as long as for any extension that has a page to frame', async () => {
  const other = mkdtempSync(join(tmpdir(), 'baton-other-'));
  const manifest = {
    manifest_version: 3,
    name: 'Other',
    version: '1',
    background: { service_worker: 'worker.js' },
    web_accessible_resources: [{ resources: ['card.html'], matches: ['https://*/*'], use_dynamic_url: true }],
  };
  for (const [file, text] of Object.entries({ 'manifest.json': JSON.stringify(manifest), 'worker.js': '', 'card.html': '' }))
    writeFileSync(join(other, file), text);
  const extension = await launch({ beside: [other] });
  const isOther = (worker: { url(): string }) => !worker.url().includes(chromiumId);
  const worker = extension.context.serviceWorkers().find(isOther) ?? (await extension.context.waitForEvent('serviceworker', isOther));
  const page = await extension.context.newPage();
  await visit(page, await linkedin(extension), 'profile');
  const told = await timing(page, chromiumId, new URL(worker.url()).host, 400);
  expect(Math.abs(told - 0.5)).toBeLessThan(0.1);
  await extension.close();
  rmSync(other, { recursive: true, force: true });
});
