import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Route } from '../../lib/contract/route.ts';
import { openapi } from '../../lib/contract/routes/operations.ts';
import type { App } from '../http/app.ts';
import { openApi } from './document.ts';

/** The reader comes from this server alone; its styles are set by script, which needs the one exception. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

const html = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Baton: the routes</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
<link rel="icon" href="data:,">
<div id="routes"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
`;
const start = `SwaggerUIBundle({ url: '/v1/openapi.json', dom_id: '#routes', deepLinking: true, supportedSubmitMethods: [], validatorUrl: null });\n`;

/** @param served asked at the first request, when every area is registered */
export function routes(app: App, served: () => readonly Route[]): void {
  let document: object | undefined;
  app.stream(openapi, async () => {
    document ??= openApi(served(), app.config.url);
    return document as Record<string, unknown>;
  });

  const send = (type: string, body: string | Uint8Array) =>
    new Response(body as BodyInit, { headers: { 'content-type': type, 'content-security-policy': policy } });
  const folder = dirname(fileURLToPath(import.meta.resolve('swagger-ui-dist/package.json')));
  app.page('GET', '/docs', () => send('text/html; charset=utf-8', html));
  app.page('GET', '/docs/start.js', () => send('text/javascript; charset=utf-8', start));
  for (const [file, type] of [
    ['swagger-ui.css', 'text/css; charset=utf-8'],
    ['swagger-ui-bundle.js', 'text/javascript; charset=utf-8'],
  ] as const)
    app.page('GET', `/docs/${file}`, async () => send(type, await readFile(join(folder, file))));
}
