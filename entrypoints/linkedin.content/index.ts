import { defineContentScript } from 'wxt/utils/define-content-script';
import { linkedin } from '../../lib/sites/linkedin/site.ts';
import { sense } from '../shared/sense.ts';

/** Puts nothing into the page until the background says so, which it does only after the user chose the overlay. */
export default defineContentScript({
  matches: [...linkedin.matches],
  main: (ctx) => sense(linkedin, ctx),
});
