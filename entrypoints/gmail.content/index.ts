import { defineContentScript } from 'wxt/utils/define-content-script';
import { gmail } from '../../lib/sites/gmail/site.ts';
import { sense } from '../shared/sense.ts';

export default defineContentScript({
  matches: [...gmail.matches],
  main: (ctx) => sense(gmail, ctx),
});
