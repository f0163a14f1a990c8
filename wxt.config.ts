import { fileURLToPath } from 'node:url';
import { defineConfig } from 'wxt';
import { chromiumKey, geckoId } from './lib/contract/identity.ts';
import { sites } from './lib/sites/index.ts';

/**
 * Extension pages load nothing from elsewhere, run no text as code and turn no text into markup. They may speak to
 * any backend the user names. React writes inline styles, which is why `style-src` allows them.
 */
const pagePolicy = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  'connect-src http: https:',
  "object-src 'none'",
  "frame-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

export default defineConfig({
  imports: false,
  modules: ['@wxt-dev/module-react', '@wxt-dev/webextension-polyfill'],
  manifestVersion: 3,
  vite: ({ browser }) => ({
    // WXT's own tells the page that we are here, and who we are.
    resolve: { alias: { 'wxt/utils/content-script-context': fileURLToPath(new URL('entrypoints/shared/context.ts', import.meta.url)) } },
    build: { target: browser === 'firefox' ? 'firefox153' : 'chrome148', modulePreload: { polyfill: false } },
  }),
  manifest: ({ browser, mode }) => {
    const firefox = browser === 'firefox';
    return {
      name: '__MSG_name__',
      description: '__MSG_description__',
      default_locale: 'en',
      permissions: [
        'storage',
        'unlimitedStorage',
        'alarms',
        'identity',
        'scripting',
        'activeTab',
        'notifications',
        ...(firefox ? [] : ['sidePanel']),
      ],
      // The practice page of a backend on this machine stands in for a mailbox; what is released has no such host.
      host_permissions: [...sites.flatMap((site) => site.matches), ...(mode === 'practice' ? ['http://127.0.0.1/*'] : [])],
      optional_host_permissions: ['https://*/*', 'http://*/*'],
      content_security_policy: { extension_pages: pagePolicy },
      web_accessible_resources: [{ resources: ['card.html'], matches: ['http://*/*', 'https://*/*'], use_dynamic_url: true }],
      commands: { 'focus-card': { suggested_key: { default: 'Alt+B' }, description: '__MSG_command_focus__' } },
      ...(firefox
        ? {
            browser_specific_settings: {
              gecko: {
                id: geckoId,
                strict_min_version: '153.0',
                data_collection_permissions: { required: ['authenticationInfo', 'personallyIdentifyingInfo'] },
              },
            },
          }
        : {
            key: chromiumKey,
            minimum_chrome_version: '148',
            externally_connectable: { ids: [] },
            storage: { managed_schema: 'managed.json' },
          }),
    };
  },
});
