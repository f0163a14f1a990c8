import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import { routes as known } from '../../lib/contract/index.ts';
import { type ProblemCode, problem, problemCodes } from '../../lib/contract/problem.ts';
import type { Route } from '../../lib/contract/route.ts';
import { z } from '../../lib/contract/z.ts';
import own from '../../package.json' with { type: 'json' };

/** OpenAPI 3.1 of the routes that are served. */
export function openApi(routes: readonly Route[], url: string): object {
  const names = new Map(Object.entries(known).map(([name, route]) => [route, name]));
  const paths: ZodOpenApiPathsObject = {};
  for (const route of routes) {
    const method = route.method.toLowerCase() as 'get';
    paths[route.path] = { ...paths[route.path], [method]: operation(route, names.get(route)) };
  }
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Baton',
      version: own.version,
      license: { name: own.license, identifier: own.license },
      description:
        'What marketing knows about a person, for the sales rep who meets that person. Errors are problem documents (RFC 9457); acts of users carry an Idempotency-Key and may be sent again.',
    },
    servers: [{ url }],
    tags: [...new Set(routes.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: {
        dpop: {
          type: 'oauth2',
          description: 'Access tokens bound to a key (DPoP).',
          flows: {
            authorizationCode: {
              authorizationUrl: `${url}/sign-in/auth`,
              tokenUrl: `${url}/sign-in/token`,
              scopes: { baton: 'Everything that the user’s role may do' },
            },
          },
        },
        token: { type: 'http', scheme: 'bearer', description: 'An unbound token of the command line, on this computer only.' },
        writeKey: { type: 'http', scheme: 'basic', description: 'The write key as user name, no password.' },
      },
    },
  });
}

function operation(route: Route, name: string | undefined): ZodOpenApiOperationObject {
  const status = String(route.status ?? (route.answer || route.media ? 200 : 204)) as `${1 | 2 | 3 | 4 | 5}${string}`;
  const content: Record<string, object> = {
    ...(route.answer && { 'application/json': { schema: route.answer } }),
    ...Object.fromEntries((route.media ?? []).map((type) => [type, { schema: { type: 'string' } }])),
  };
  return {
    ...(name && { operationId: name }),
    summary: route.summary,
    tags: [route.tag],
    ...(route.by !== 'public' && { security: route.by === 'write-key' ? [{ writeKey: [] }] : [{ dpop: ['baton'] }, { token: [] }] }),
    ...(Array.isArray(route.by) && { description: `For: ${route.by.join(', ')}.` }),
    ...((route.params || route.query || route.operation) && {
      requestParams: {
        ...(route.params && { path: route.params as z.ZodObject }),
        ...(route.query && { query: route.query as z.ZodObject }),
        ...(route.operation && { header: idempotencyKey }),
      },
    }),
    ...(route.accepts && {
      requestBody: { required: true, content: Object.fromEntries(route.accepts.map((type) => [type, { schema: { type: 'string' } }])) },
    }),
    ...(route.body && { requestBody: { required: true, content: { 'application/json': { schema: route.body } } } }),
    responses: {
      [status]: { description: 'Done', ...(Object.keys(content).length > 0 && { content }) },
      ...Object.fromEntries(problemsOf(route).map(([code, text]) => [String(code), refusal(text)])),
    },
  } as ZodOpenApiOperationObject;
}

const idempotencyKey = z.object({
  'Idempotency-Key': z.uuid().meta({ description: 'Names the act. The same request sent again gets the same answer.' }),
});

const refusal = (description: string) => ({ description, content: { 'application/problem+json': { schema: problem } } });

/** By status; several problems of one status share an entry. */
function problemsOf(route: Route): [number, string][] {
  const codes: string[] = [
    ...(route.params || route.query || route.body || route.operation ? ['invalid'] : []),
    ...(route.by === 'public' ? [] : ['unauthenticated', 'rate-limited']),
    ...(Array.isArray(route.by) ? ['forbidden'] : []),
    ...(route.body ? ['too-large', 'unsupported-media-type'] : []),
    ...(route.operation ? ['key-reused'] : []),
    ...(route.problems ?? []),
    'internal',
    'unavailable',
  ];
  const byStatus = new Map<number, string[]>();
  for (const code of new Set(codes)) {
    const status = problemCodes[code as ProblemCode] ?? 400;
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return [...byStatus].map(([status, of]) => [status, of.join(', ')]);
}
