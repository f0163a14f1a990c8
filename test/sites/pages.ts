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

/** Those beside the project, as far as the contract needs them: what must be seen in them stands in another form. */
export function besidePages(): SavedPage[] {
  if (!beside) return [];
  return readdirSync(besideFolder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name: site }) =>
      readdirSync(join(besideFolder, site))
        .filter((file) => file.endsWith('.html'))
        .map((file) => {
          const name = file.replace(/\.html$/, '');
          const { url } = JSON.parse(readFileSync(join(besideFolder, site, `${name}.expected.json`), 'utf8')) as { url?: string };
          return {
            site: site as SiteId,
            name: `beside: ${name}`,
            html: readFileSync(join(besideFolder, site, file), 'utf8'),
            url: url ?? 'https://mail.google.com/mail/u/0/#inbox/x',
            shows: '',
            expect: { view: 'none', people: [] },
            never: [],
          };
        }),
    );
}

/** Captures and reconstructions kept beside the project, where they are there. */
export const besideFolder = join(import.meta.dirname, '..', '..', '..', 'shared', 'pages');
export const beside = existsSync(besideFolder);
