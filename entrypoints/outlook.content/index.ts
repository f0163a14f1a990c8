import { defineContentScript } from 'wxt/utils/define-content-script';
import { outlook } from '../../lib/sites/outlook/site.ts';
import { sense } from '../shared/sense.ts';

/** Runs on Microsoft's hosts; on a company's own host the background registers it. */
export default defineContentScript({
  matches: [...outlook.matches],
  main: (ctx) => sense(outlook, ctx),
});
