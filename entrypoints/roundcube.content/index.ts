import { defineContentScript } from 'wxt/utils/define-content-script';
import { roundcube } from '../../lib/sites/roundcube/site.ts';
import { sense } from '../shared/sense.ts';

/** Runs on the hosts that the user adds: the background registers it there. */
export default defineContentScript({
  matches: [...roundcube.matches],
  registration: 'runtime',
  main: (ctx) => sense(roundcube, ctx),
});
