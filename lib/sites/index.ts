import { gmail } from './gmail/site.ts';
import { page } from './page/site.ts';
import { roundcube } from './roundcube/site.ts';
import type { Site } from './site.ts';

/** Every site Baton can read; the general reader comes last. Adding one is a folder and a line. */
export const sites: readonly Site[] = [gmail, roundcube, page];
