import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sighting, SiteId } from '../../lib/sites/site.ts';

/** Saved pages with what a reader must see in them. The project's own stand in `test/pages`, one folder a site. */
export interface SavedPage {
  site: SiteId;
  name: string;
  html: string;
  url: string;
  shows: string;
  expect: Pick<Sighting, 'view' | 'account' | 'people' | 'focus' | 'unknown'>;
  /** Keys that stand on the page and belong to nobody in view. */
  never: string[];
}

const folder = join(import.meta.dirname, '..', 'pages');

export function ownPages(): SavedPage[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name: site }) =>
      readdirSync(join(folder, site))
        .filter((file) => file.endsWith('.html'))
        .map((file) => {
          const name = file.replace(/\.html$/, '');
          const told = JSON.parse(readFileSync(join(folder, site, `${name}.expected.json`), 'utf8'));
          return { ...told, site: site as SiteId, name, html: readFileSync(join(folder, site, file), 'utf8') };
        }),
    );
}

/** Captures and reconstructions kept beside the project, where they are there. */
export const besideFolder = join(import.meta.dirname, '..', '..', '..', 'shared', 'pages');
export const beside = existsSync(besideFolder);
