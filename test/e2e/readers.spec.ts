import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, expect, test } from '@playwright/test';
import { needBrowser } from '../../scripts/parts/browser.ts';
import { root } from '../../scripts/parts/step.ts';
import { serve } from '../harness/site.ts';
import { ownPages } from '../sites/pages.ts';

/**
 * The readers as they are shipped, in the engine that they run in, on every page of every site: the tests beside them use
 * a document without layout or style sheets, where less is hidden and less is found.
 */
test('what is seen on a page in Chromium is what its page says', async () => {
  const look = readFileSync(join(root, '.output', 'chrome-mv3', 'look.js'), 'utf8');
  const browser = await chromium.launch({ executablePath: await needBrowser((line) => console.log(line)), args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage();
    const served = await serve(page.context(), '**/*');
    for (const { site, name, html, url, expect: expected } of ownPages()) {
      await served.show(page, html, url);
      const { matched: _, ...seen } = (await page.evaluate(look)) as { matched: unknown };
      expect.soft(seen, `${site}/${name}`).toEqual({ site, ...expected });
    }
  } finally {
    await browser.close();
  }
});
