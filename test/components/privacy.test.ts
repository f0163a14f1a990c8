import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { routes } from '../../lib/contract/index.ts';
import type { Route } from '../../lib/contract/route.ts';
import { z } from '../../lib/contract/z.ts';
import { root } from '../../scripts/parts/step.ts';
import { codes, table } from '../harness/privacy.ts';

interface Shape {
  $ref?: string;
  anyOf?: Shape[];
  oneOf?: Shape[];
  properties?: Record<string, Shape>;
  $defs?: Record<string, Shape>;
}
const known = routes as unknown as Record<string, Route>;

/** Names that stand outermost in a body, or in an address. */
function namesIn(schema: z.ZodType | undefined): string[] {
  if (!schema) return [];
  const shape = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Shape;
  const of = (one: Shape): string[] => {
    if (one.$ref) return of(shape.$defs![one.$ref.split('/').pop()!]!);
    const choices = one.anyOf ?? one.oneOf;
    return choices ? choices.flatMap(of) : Object.keys(one.properties ?? {});
  };
  return of(shape);
}

/** Every route that the pages name: as one to ask, or as one of a list to choose from. */
function asked(): Set<string> {
  const sources = globSync('components/**/*.{ts,tsx}', { cwd: root }).map((file) => readFileSync(join(root, file), 'utf8'));
  const found = sources.flatMap((source) =>
    [...source.matchAll(/\b(?:route|list|add|revoke)(?:=|: | = )['"](\w+)['"]/g)].map(([, name]) => name!),
  );
  return new Set(found.filter((name) => name in known));
}
const requestOf = (name: string): string => `${known[name]!.method} ${known[name]!.path}`;

test('what the report and the options can send is what docs/privacy.md says, and nothing else', () => {
  const rows = table('The report and the options').map(([requests, fields]) => ({ requests: codes(requests!), fields: codes(fields!) }));
  const elsewhere = new Set(table('Field by field').flatMap(([request]) => codes(request!)));
  // Asked for in the background as well, and there with nothing.
  const both = ['GET /v1/agreement', 'GET /v1/users'];
  const can = [...asked()].filter((name) => !elsewhere.has(requestOf(name)) || both.includes(requestOf(name)));
  expect(can.length).toBeGreaterThan(40);
  expect(rows.flatMap(({ requests }) => requests).sort()).toEqual(can.map(requestOf).sort());
  for (const { requests, fields } of rows) {
    const of = can.filter((name) => requests.includes(requestOf(name))).map((name) => known[name]!);
    const sends = new Set(of.flatMap(({ query, body }) => [...namesIn(query).map((name) => `?${name}`), ...namesIn(body)]));
    expect({ requests, fields: [...new Set(fields)].sort() }).toEqual({ requests, fields: [...sends].sort() });
  }
});
