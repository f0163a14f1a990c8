import type { browser as polyfilled } from 'wxt/browser';

/**
 * The browser's own object, for content scripts. The oldest browsers that the manifest allows have it, so all that the
 * polyfill does there is to hand it through; and it would be a quarter of what every page of a site has to load.
 */
export const { browser } = globalThis as unknown as { browser: typeof polyfilled };
