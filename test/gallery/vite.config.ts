import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

/** The gallery is a page for looking and for tests; the extension is built without it. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  server: { port: 5199, strictPort: true, host: '127.0.0.1' },
  build: { outDir: fileURLToPath(new URL('../../.output/gallery', import.meta.url)), emptyOutDir: true, target: 'chrome148' },
  logLevel: 'warn',
});
