import { startBackend } from '../test/harness/backend.ts';
import { album } from '../test/tour/camera.ts';
import { tour } from '../test/tour/tour.ts';
import { needBrowser } from './parts/browser.ts';
import { build } from './parts/build.ts';

/**
 * `npm run tour`: pictures of every screen and state, of the real extension beside the real backend, into docs/tour.
 * `npm run tour -- dark popup reports` takes only those of a theme, and of scenes with these words in their names.
 */
const themes = ['light', 'dark'] as const;
const words = process.argv.slice(2);
const wanted = words.filter((word) => !(themes as readonly string[]).includes(word));
const chosen = themes.filter((theme) => words.includes(theme));
const say = (line: string) => process.stdout.write(`${line}\n`);
await needBrowser(say);
const { code, output } = await build('chrome', 'practice');
if (code !== 0) {
  process.stderr.write(`${output}\nThe extension could not be built: why stands above.\n`);
  process.exit(1);
}
let taken = 0;
const failed: string[] = [];
for (const theme of chosen.length > 0 ? chosen : themes) {
  // A backend each, because the tour decides things.
  const backend = await startBackend();
  const camera = await tour(backend, theme, wanted);
  await backend.remove();
  taken += camera.taken.length;
  failed.push(...camera.failed);
  say(`${theme}: ${camera.taken.length} pictures`);
}
say(`${taken} pictures in ${album}`);
for (const sentence of failed) say(`Not taken: ${sentence}`);
process.exit(failed.length > 0 ? 1 : 0);
