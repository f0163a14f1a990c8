import { expect, test } from 'vitest';
import { gmail } from '../../lib/sites/gmail/site.ts';
import { open } from '../../scripts/read.ts';
import { ownPages } from './pages.ts';

const saved = ownPages().find(({ site, name }) => site === 'gmail' && name === 'conversation-view-off')!;

/** One plain message, from whoever stands in for its sender. */
async function from(address: string, name: string) {
  const html = saved.html.replaceAll('ana.brandt@kestrel.example', address).replaceAll('Ana Brandt', name);
  const { document, close } = open(html, saved.url);
  try {
    return gmail.read(document, new URL(saved.url));
  } finally {
    await close();
  }
}

test.each([
  ['kestrel-team@googlegroups.com', 'Kestrel Team'],
  ['team@kestrel.example', 'Ana Brandt via Kestrel Team'],
  ['team@kestrel.example', 'Ana Brandt über Kestrel Team'],
])('%s as “%s” is a group', async (address, name) => {
  const seen = await from(address, name);
  expect([seen.focus, seen.unknown]).toEqual([undefined, 'group']);
});

test.each([
  ['olivia@kestrel.example', 'Olivia Viana'],
  ['via@kestrel.example', 'Via Rossi'],
  ['ana@notgooglegroups.com', 'Ana Brandt'],
])('%s as “%s” is somebody', async (address, name) => {
  const seen = await from(address, name);
  expect([seen.focus, seen.unknown]).toEqual([0, undefined]);
});
