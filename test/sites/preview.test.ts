import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Window } from 'happy-dom';
import { expect, test } from 'vitest';
import { roundcube } from '../../lib/sites/roundcube/site.ts';

/** Roundcube shows a message in a frame beside the list; the page's own address doesn't change. */

const folder = join(import.meta.dirname, '..', 'pages', 'roundcube');
const page = (name: string) => readFileSync(join(folder, `${name}.html`), 'utf8');
const url = new URL('https://mail.ridgeway.example/?_task=mail&_mbox=INBOX');

async function listWith(preview: string, list = page('list-one-selected')): Promise<{ document: Document; close(): Promise<void> }> {
  const window = new Window({ url: url.href, settings: { disableComputedStyleRendering: true } });
  window.document.write(list);
  const frame = window.document.querySelector('iframe#messagecontframe')!;
  frame.removeAttribute('src');
  frame.setAttribute('srcdoc', preview);
  await window.happyDOM.waitUntilComplete();
  return { document: window.document as unknown as Document, close: () => window.happyDOM.close() };
}
const addresses = (seen: ReturnType<typeof roundcube.read>) => seen.people.flatMap(({ keys }) => keys.map(({ value }) => value));

test('the message in the frame is what is read, and the frame is watched', async () => {
  const { document, close } = await listWith(page('preview-with-forwarded-message'));
  const seen = roundcube.read(document, url);
  expect(seen).toMatchObject({
    view: 'message',
    account: 'rowan@ridgeway.example',
    focus: 0,
    people: [{ role: 'sender', name: 'Dana Whitfield' }, {}, {}, {}, {}],
  });
  expect(addresses(seen)).not.toContain('decoy@inner.example');
  expect(roundcube.watch(document).roots.some((root) => root.nodeName === 'IFRAME')).toBe(true);
  await close();
});

test('while the chosen row has another message than the frame, nobody is named', async () => {
  const { document, close } = await listWith(page('show-body-imitates-header'));
  expect(roundcube.read(document, url)).toMatchObject({ unknown: 'conflict' });
  expect(roundcube.read(document, url).focus).toBeUndefined();
  await close();
});

test('with no row chosen the open message still counts', async () => {
  const { document, close } = await listWith(page('show-body-imitates-header'), page('list-two-selected'));
  expect(roundcube.read(document, url)).toMatchObject({ view: 'message', focus: 0 });
  await close();
});

test('an empty frame leaves the list', async () => {
  const { document, close } = await listWith('<!doctype html><html><body><img alt=""></body></html>');
  expect(roundcube.read(document, url)).toMatchObject({ view: 'list', focus: 0 });
  await close();
});
