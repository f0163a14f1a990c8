import { defineUnlistedScript } from 'wxt/utils/define-unlisted-script';
import { readAny } from '../lib/sites/index.ts';

/** Reads the page once, when the user asks from the toolbar, and gives what was seen. Nothing stays behind. */
export default defineUnlistedScript(() => readAny(document, new URL(location.href)));
