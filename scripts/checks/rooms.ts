/**
 * Who may know whom. A room is a folder; what a file of it may import is listed here and nowhere else.
 * `values` may be imported as they are, `types` only with `import type`, `packages` are names on npm.
 */
export interface Room {
  folder: string;
  values: readonly string[];
  types?: readonly string[];
  /** Absent = any package. */
  packages?: readonly string[];
}

const extension = ['lib/funnel', 'lib/contract', 'lib/sites', 'lib/bridge', 'lib/client', 'components'] as const;

export const rooms: readonly Room[] = [
  { folder: 'lib/funnel', values: [], packages: [] },
  { folder: 'lib/contract', values: ['lib/funnel'], packages: ['zod'] },
  { folder: 'lib/sites', values: [], packages: [] },
  { folder: 'lib/bridge', values: ['lib/funnel'], types: ['lib/contract', 'lib/sites'], packages: ['wxt'] },
  {
    folder: 'lib/client',
    values: ['lib/contract', 'lib/funnel', 'lib/bridge'],
    types: ['lib/sites'],
    packages: ['wxt', 'idb', 'zod', 'uuid', 'oauth4webapi'],
  },
  {
    folder: 'components',
    values: ['lib/funnel', 'lib/bridge'],
    types: ['lib/contract', 'lib/sites'],
    packages: ['react', 'react-dom', '@base-ui/react', '@observablehq/plot'],
  },
  { folder: 'entrypoints', values: extension },
  { folder: 'server', values: ['lib/funnel', 'lib/contract'] },
];

/** Only the extension's own code may use these; the backend is not a page. */
export const browserPackages: readonly string[] = ['react', 'react-dom', 'wxt', 'idb', 'webextension-polyfill', '@base-ui/react'];

/** A content script runs in other people's pages: it senses and nothing else. */
export const contentScripts = /^entrypoints\/[^/]*\.content(\.tsx?$|\/index\.tsx?$)/;
export const notInPages: readonly string[] = ['react', 'react-dom', 'zod', 'idb', 'uuid', 'oauth4webapi', '@base-ui/react'];

/** Names of the platform that reach the network or keep things. */
export const network: readonly string[] = ['fetch', 'XMLHttpRequest', 'WebSocket', 'EventSource', 'WebTransport', 'sendBeacon'];
export const stores: readonly string[] = ['localStorage', 'sessionStorage', 'indexedDB', 'caches', 'cookieStore', 'cookie'];
export const browserApi: readonly string[] = ['browser', 'chrome'];
