import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Window } from 'happy-dom';
import { readAny, sites } from '../lib/sites/index.ts';
import type { Site, SiteId } from '../lib/sites/site.ts';

/**
 * `npm run read -- --url URL [--site ID] FILE.html` prints what a reader sees in a saved page, as JSON.
 * Without `--site` the site is the one that the address belongs to, or that recognises the page.
 */

export interface Opened {
  document: Document;
  close(): Promise<void>;
}

/** A saved page as a document that runs nothing and loads nothing. */
export function open(html: string, url: string): Opened {
  const window = new Window({ url, settings: { disableComputedStyleRendering: true } });
  window.document.write(html);
  return { document: window.document as unknown as Document, close: () => window.happyDOM.close() };
}

if (import.meta.main) {
  const usage = 'Usage: npm run read -- --url https://… [--site gmail|outlook|roundcube|linkedin|page] FILE.html';
  const stop = (sentence: string): never => {
    process.stderr.write(`${sentence}\n${usage}\n`);
    process.exit(1);
  };
  const { values, positionals } = (() => {
    try {
      return parseArgs({ options: { url: { type: 'string' }, site: { type: 'string' } }, allowPositionals: true });
    } catch (error) {
      return stop((error as Error).message);
    }
  })();
  const [file, ...more] = positionals;
  if (!file || more.length) stop('Name one saved page.');
  if (!values.url || !URL.canParse(values.url)) stop('Say with --url at which address the page was saved; readers look at it too.');
  const site: Site | undefined = values.site ? sites.find(({ id }) => id === (values.site as SiteId)) : undefined;
  if (values.site && !site) stop(`There is no site ${JSON.stringify(values.site)}.`);
  let html = '';
  try {
    html = readFileSync(file!, 'utf8');
  } catch (error) {
    stop(`The page could not be read: ${(error as Error).message}.`);
  }
  const url = new URL(values.url!);
  const page = open(html, url.href);
  console.log(JSON.stringify(site ? site.read(page.document, url) : readAny(page.document, url), undefined, 2));
  await page.close();
}
