import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as contract from '../../../lib/contract/index.ts';
import type { Route } from '../../../lib/contract/route.ts';
import { openapi } from '../../../lib/contract/routes/operations.ts';
import { roles } from '../../../lib/funnel/words.ts';
import { newId } from '../../../server/store/id.ts';
import { type TestServer, testServer } from '../harness.ts';

interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  pattern?: string;
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  minItems?: number;
  minimum?: number;
  minLength?: number;
  prefixItems?: Schema[];
  additionalProperties?: Schema | boolean;
}
interface Operation {
  operationId?: string;
  summary: string;
  parameters?: { in: string; name: string; required?: boolean; schema: Schema }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, { description: string; content?: Record<string, { schema: Schema }> }>;
  security?: Record<string, string[]>[];
}
interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas?: Record<string, Schema>; securitySchemes: Record<string, unknown> };
}

let server: TestServer;
let document: Document;
let operations: { path: string; method: string; operation: Operation }[];
beforeAll(async () => {
  server = await testServer({ limits: { requests: { quota: 1e6, window: 1 }, searches: { quota: 1e6, window: 1 } } });
  document = (await server.call(undefined, openapi)).body as unknown as Document;
  operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
});
afterAll(() => server?.close());

const resolve = (schema: Schema): Schema =>
  schema.$ref ? resolve(document.components.schemas![schema.$ref.slice('#/components/schemas/'.length)]!) : schema;

describe('the document', () => {
  test('is of everything that is served, and everything in the contract is served', () => {
    const served = operations.map(({ method, path }) => `${method} ${path}`);
    expect(new Set(served).size).toBe(served.length);
    expect(served.toSorted()).toEqual(
      server.app
        .routes()
        .map(({ method, path }) => `${method} ${path}`)
        .toSorted(),
    );
    for (const [name, { method, path }] of Object.entries(contract.routes)) expect(served, name).toContain(`${method} ${path}`);
    // Two files of the contract with a route of one name would hide one of them.
    expect(operations.map(({ operation }) => operation.operationId).filter((id) => id === undefined)).toEqual([]);
    expect(new Set(operations.map(({ operation }) => operation.operationId)).size).toBe(operations.length);
  });

  test('is OpenAPI 3.1: references lead somewhere, parameters are those of the path, answers are described', () => {
    expect(document.openapi).toMatch(/^3\.1\./);
    const refs = JSON.stringify(document).match(/"\$ref":"[^"]+"/g) ?? [];
    for (const ref of new Set(refs)) {
      const path = ref.slice(8, -1).replace(/^#\//, '').split('/');
      expect(
        path.reduce<unknown>((at, step) => (at as Record<string, unknown>)?.[step], document),
        ref,
      ).toBeDefined();
    }
    for (const { path, method, operation } of operations) {
      const where = `${method} ${path}`;
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const given = (operation.parameters ?? []).filter((one) => one.in === 'path');
      expect(given.map(({ name }) => name).toSorted(), where).toEqual(named.toSorted());
      expect(
        given.every(({ required }) => required),
        where,
      ).toBe(true);
      expect(operation.summary.length, where).toBeGreaterThan(3);
      const statuses = Object.keys(operation.responses);
      expect(
        statuses.filter((status) => status.startsWith('2')),
        where,
      ).toHaveLength(1);
      for (const [status, answer] of Object.entries(operation.responses))
        if (Number(status) >= 400) expect(Object.keys(answer.content ?? {}), `${where} ${status}`).toEqual(['application/problem+json']);
      if (operation.security)
        for (const scheme of operation.security.flatMap((one) => Object.keys(one)))
          expect(document.components.securitySchemes).toHaveProperty(scheme);
    }
  });

  test('can be read in a browser under a policy that admits nothing from elsewhere', async () => {
    const page = await server.app.fetch(new Request('http://127.0.0.1:8787/docs'));
    const html = await page.text();
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'");
    expect(html).not.toMatch(/https?:\/\/|<script>|\son\w+=/);
    for (const [, path] of html.matchAll(/(?:src|href)="(\/[^"]+)"/g)) {
      const file = await server.app.fetch(new Request(`http://127.0.0.1:8787${path}`));
      expect(file.status, path).toBe(200);
      expect((await file.text()).length, path).toBeGreaterThan(50);
    }
  });
});

describe('without a token', () => {
  test('nothing answers but what is for everybody', async () => {
    for (const { path, method, operation } of operations) {
      if (!operation.security || JSON.stringify(operation.security).includes('writeKey')) continue;
      const response = await send(undefined, method, path.replace(/\{\w+\}/g, newId()), operation);
      expect(response.status, `${method} ${path}`).toBe(401);
    }
  });
});

/** Calls an address with a body that its schema takes, in which every id is one of `ids`. */
async function send(
  user: { id: string } | undefined,
  method: string,
  path: string,
  operation: Operation,
  ids: string[] = [newId()],
): Promise<Response> {
  const schema = operation.requestBody?.content['application/json']?.schema;
  const url = new URL(path, server.config.url);
  for (const { in: where, name, required, schema: of } of operation.parameters ?? [])
    if (where === 'query' && required) url.searchParams.set(name, String(example(of, ids)));
  return server.app.fetch(
    new Request(url, {
      method,
      headers: {
        ...(user && { 'x-test-user': user.id }),
        ...(schema && { 'content-type': 'application/json' }),
        ...(operation.parameters?.some(({ in: where }) => where === 'header') && { 'idempotency-key': newId() }),
      },
      ...(schema && { body: JSON.stringify(example(schema, ids)) }),
    }),
  );
}

/** A value that a schema takes. */
function example(given: Schema, ids: string[], depth = 0, name = ''): unknown {
  const schema = resolve(given);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  if (schema.allOf) return Object.assign({}, ...schema.allOf.map((part) => example(part, ids, depth)));
  const choice = schema.anyOf ?? schema.oneOf;
  if (choice) return example(choice[0]!, ids, depth);
  switch (Array.isArray(schema.type) ? schema.type[0] : schema.type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {})
          .filter(([name, of]) => schema.required?.includes(name) || (depth < 2 && resolve(of).format === 'uuid'))
          .map(([name, of]) => [name, example(of, ids, depth + 1, name)]),
      );
    case 'array':
      return (
        schema.prefixItems?.map((item) => example(item, ids, depth + 1)) ??
        Array.from({ length: schema.minItems ?? 0 }, () => example(schema.items!, ids, depth + 1))
      );
    case 'integer':
    case 'number':
      return Math.max(1, schema.minimum ?? 1);
    case 'boolean':
      return false;
    case 'string':
      if (schema.format === 'uuid') return ids[0];
      if (schema.format === 'date-time') return new Date().toISOString();
      if (schema.format === 'date') return '2030-01-01';
      // Of a key: one that somebody has in the other workspace.
      if (name === 'value') return 'swept@northwind.example';
      if (schema.format === 'email') return 'a@b.example';
      if (schema.pattern?.includes('A-Z]{3}')) return 'EUR';
      return 'x'.repeat(Math.max(1, schema.minLength ?? 1));
    default:
      return {};
  }
}

describe('with the ids of another workspace', () => {
  test('every address answers as if they were nobody’s, and nothing there changes', { timeout: 120_000 }, async () => {
    const theirs = await things();
    const home = await server.anotherWorkspace();
    const users = await Promise.all(roles.map((role) => server.user(role, { workspace: home })));
    const before = await fingerprint();
    const checked: string[] = [];
    for (const { path, method, operation } of operations) {
      const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
      // Who calls what is for everybody is in no workspace: signatures guard those.
      if (!operation.security || !names.some((name) => name === 'id' || name.endsWith('Id'))) continue;
      const at = (some: Record<string, string>) => path.replace(/\{(\w+)\}/g, (_, name: string) => some[name] ?? '1');
      const kind = /([^/]+)\/\{/.exec(path)![1]!;
      const id = theirs[kind];
      expect(id, `The sweep must know an id for ${path}.`).toBeDefined();
      for (const user of users) {
        const known = await send(user, method, at({ id: id!, keyId: theirs.keys!, event: theirs.event! }), operation, [theirs.other!]);
        const unknown = await send(user, method, at({ id: newId(), keyId: newId(), event: newId() }), operation, [newId()]);
        const where = `${method} ${path} as ${user.role}`;
        expect([403, 404, 422], where).toContain(known.status);
        expect(known.status, where).toBe(unknown.status);
        const [a, b] = [await known.json(), await unknown.json()];
        expect({ ...a, instance: '' }, where).toEqual({ ...b, instance: '' });
      }
      checked.push(`${method} ${path}`);
    }
    expect(checked.length).toBeGreaterThan(15);
    expect(await fingerprint()).toEqual(before);
  });

  /** One of everything that has an id, by the word in its address. */
  async function things(): Promise<Record<string, string>> {
    const w = server.workspace;
    const [campaign, feedback, team, key, source, write, webhook] = Array.from({ length: 7 }, newId) as [
      string,
      string,
      string,
      string,
      string,
      string,
      string,
    ];
    const user = await server.user('rep');
    const lead = await server.lead({
      stage: 'mql',
      lead: { handoff: { id: newId(), state: 'waiting', openedAt: new Date().toISOString(), criteria: [], why: [] } },
    });
    const personKey = await server.in(async (trx) => {
      await trx.insertInto('campaign').values({ workspace: w, id: campaign, name: 'C', key: 'c', channel: 'email' }).execute();
      await trx.insertInto('team').values({ workspace: w, id: team, name: 'T', side: 'sales' }).execute();
      await trx
        .insertInto('feedback')
        .values({ workspace: w, id: feedback, person: lead, kind: 'insight', note: 'n', by_user: user.id, at: new Date() })
        .execute();
      await trx
        .insertInto('write_key')
        .values({ workspace: w, id: key, name: 'k', hash: Buffer.alloc(32), ends_with: 'xxxx' })
        .execute();
      return (
        await trx.selectFrom('person_key').select('id').where('workspace', '=', w).where('person', '=', lead).executeTakeFirstOrThrow()
      ).id;
    });
    const rule = newId();
    await row('rule', { id: rule, version: 1 });
    await row('rule_version', { rule, version: 1, made_by: user.id });
    await row('source_link', { id: source, state: 'paused' });
    await row('source_write', { id: write, link: source, lead, state: 'refused' });
    await row('webhook', { id: webhook });
    await row('read_key', { id: webhook });
    const { id: event } = await server.in((trx) =>
      trx.selectFrom('lead_event').select('id').where('workspace', '=', w).where('person', '=', lead).limit(1).executeTakeFirstOrThrow(),
    );
    await row('webhook_delivery', { webhook, event });
    return {
      leads: lead,
      people: lead,
      person: lead,
      other: await server.lead(),
      campaigns: campaign,
      feedback,
      users: user.id,
      teams: team,
      rules: rule,
      'write-keys': key,
      keys: personKey,
      sources: source,
      'source-writes': write,
      webhooks: webhook,
      'read-keys': webhook,
      event,
    };
  }

  /** A row with something in every column that must have something. */
  async function row(table: string, given: Record<string, unknown>): Promise<void> {
    const admin = new pg.Client({ connectionString: server.adminUrl });
    await admin.connect();
    const { rows } = await admin.query<{ name: string; type: string }>(
      `select column_name as name, udt_name as type from information_schema.columns
       where table_schema = 'public' and table_name = $1 and is_nullable = 'NO' and column_default is null`,
      [table],
    );
    const filler: Record<string, unknown> = {
      uuid: newId(),
      jsonb: '{}',
      bytea: Buffer.alloc(8),
      text: 'x',
      int4: 1,
      int8: 1,
      bool: false,
      timestamptz: new Date(),
      xid8: '1',
    };
    const values = { ...Object.fromEntries(rows.map(({ name, type }) => [name, filler[type]])), workspace: server.workspace, ...given };
    const names = Object.keys(values);
    await admin.query(
      `insert into ${table} (${names.join(', ')}) values (${names.map((_, i) => `$${i + 1}`).join(', ')})`,
      Object.values(values),
    );
    await admin.end();
  }

  /** What every table has of the workspace, whoever may see it. */
  async function fingerprint(): Promise<Record<string, string>> {
    const admin = new pg.Client({ connectionString: server.adminUrl });
    await admin.connect();
    const { rows } = await admin.query<{ name: string }>(
      `select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'workspace' and not a.attisdropped
       where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' order by 1`,
    );
    const found: Record<string, string> = {};
    for (const { name } of rows) {
      const { rows: sums } = await admin.query<{ sum: string }>(
        `select count(*) || ' ' || coalesce(md5(string_agg(t::text, ',' order by t::text)), '') as sum from "${name}" t where workspace = $1`,
        [server.workspace],
      );
      found[name] = sums[0]!.sum;
    }
    await admin.end();
    return found;
  }
});

test('routes for one role are refused to the others', async () => {
  const users = await Promise.all(roles.map((role) => server.user(role)));
  for (const route of server.app.routes() as readonly Route[]) {
    if (typeof route.by === 'string') continue;
    const operation = document.paths[route.path]![route.method.toLowerCase()]!;
    for (const user of users) {
      const { status } = await send(user, route.method, route.path.replace(/\{\w+\}/g, newId()), operation);
      if (route.by.includes(user.role)) expect(status, `${route.method} ${route.path} as ${user.role}`).not.toBe(403);
      else expect(status, `${route.method} ${route.path} as ${user.role}`).toBe(403);
    }
  }
});
