import { expect, test } from 'vitest';
import { hidden, visible } from '../../lib/sites/dom.ts';
import { open } from '../../scripts/read.ts';

test('of many elements exactly those are visible of which each alone is', async () => {
  const hidings = ['', '', ' hidden', ' inert', ' aria-hidden="true"', ' style="color:red; DISPLAY: none"', ' style="visibility:hidden"'];
  const nest = (depth: number): string =>
    depth ? hidings.map((rule) => `<div${rule}><a class="depth-${depth}">a</a>${nest(depth - 1)}</div>`).join('') : '';
  const { document, close } = open(`<!doctype html><body><main>${nest(3)}</main></body>`, 'https://www.company.example/');
  try {
    const links = [...document.querySelectorAll('a')];
    const each = links.filter((link) => !hidden(link));
    expect(visible(document, 'a')).toEqual(each);
    expect(each.length).toBe(2 + 2 * 2 + 2 * 2 * 2);
    expect(visible(document.querySelector('[inert]')!, 'a')).toEqual([]);
  } finally {
    await close();
  }
});
