import { defineContentScript } from 'wxt/utils/define-content-script';
import { page } from '../../lib/sites/page/site.ts';
import { sense } from '../shared/sense.ts';

/** Runs on the origins that the user adds: the background registers it there. A practice build adds the practice page. */
export default defineContentScript({
  matches: [...page.matches],
  registration: 'runtime',
  main: (ctx) => sense(page, ctx),
});
