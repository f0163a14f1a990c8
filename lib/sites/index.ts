import { gmail } from './gmail/site.ts';
import { linkedin } from './linkedin/site.ts';
import { outlook } from './outlook/site.ts';
import { page } from './page/site.ts';
import { roundcube } from './roundcube/site.ts';
import { nothing } from './seen.ts';
import type { Sighting, Site } from './site.ts';

/** Every site Baton can read; the general reader comes last. Adding one is a folder and a line. */
export const sites: readonly Site[] = [gmail, outlook, linkedin, roundcube, page];

/** What the first reader that finds anybody sees: for a page of which only its address is known. */
export function readAny(document: Document, url: URL): Sighting {
  const seen = sites.filter((site) => site.page(url) !== null).map((site) => site.read(document, url));
  return (
    seen.find(({ people }) => people.length > 0) ??
    seen.find(({ unknown }) => unknown !== 'none') ??
    // Nobody in view, and yet a page of its kind: an empty folder of a webmail.
    seen.find(({ view }) => view !== 'none') ??
    seen[0] ??
    nothing('page')
  );
}
