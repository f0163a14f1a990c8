import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Answer, Call, Outgoing } from '../../server/outgoing/request.ts';
import { compare, parse, type Row, read, SoqlError } from './soql.ts';

/**
 * Salesforce's REST API as its documentation describes it, in memory: tokens that end, SOQL, errors as JSON arrays,
 * the daily limit answered as 403, validation rules, read-only converted leads, status history, campaign members whose
 * `HasResponded` follows from their status. jsforce can be pointed at it.
 */
interface Reply {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}
const prefixes: Record<string, string> = {
  Lead: '00Q',
  Contact: '003',
  Opportunity: '006',
  OpportunityContactRole: '00K',
  Campaign: '701',
  CampaignMember: '00v',
  CampaignMemberStatus: '01Y',
  Task: '00T',
  LeadHistory: '017',
  LeadStatus: '01J',
  User: '005',
};

export class FakeSalesforce {
  client = { id: 'client', secret: 'secret' };
  tables = new Map<string, Map<string, Row>>(Object.keys(prefixes).map((name) => [name, new Map()]));
  limit = { used: 0, most: 100_000 };
  /** Refuses a change of a lead, as a validation rule does. */
  rules: { object: string; when(row: Row): boolean; message: string; fields: string[] }[] = [];
  requests: { method: string; path: string; status: number }[] = [];
  trouble: (number | 'drop' | undefined)[] = [];
  now: () => number;
  #tokens = new Set<string>();
  #next = 1;

  constructor(now: () => number = Date.now) {
    this.now = now;
    for (const [label, converted, first] of [
      ['Open - Not Contacted', false, true],
      ['Working - Contacted', false, false],
      ['Closed - Converted', true, false],
      ['Closed - Not Converted', false, false],
    ] as const)
      this.add('LeadStatus', {
        MasterLabel: label,
        ApiName: label,
        IsConverted: converted,
        IsDefault: first,
        SortOrder: this.tables.get('LeadStatus')!.size,
      });
  }

  /** Every session ends, as after two hours of silence. */
  endSessions(): void {
    this.#tokens.clear();
  }

  add(object: string, fields: Row): Row {
    const id = `${prefixes[object]}${String(this.#next++).padStart(12, '0')}AAA`;
    const at = new Date(this.now()).toISOString();
    const row: Row = {
      Id: id,
      CreatedDate: at,
      SystemModstamp: at,
      LastModifiedDate: at,
      IsDeleted: false,
      ...(object === 'Lead' && { IsConverted: false, Status: 'Open - Not Contacted' }),
      ...fields,
    };
    this.tables.get(object)!.set(id, row);
    return row;
  }

  change(object: string, id: string, fields: Row): void {
    const row = this.tables.get(object)!.get(id)!;
    const at = new Date(this.now()).toISOString();
    if (object === 'Lead' && fields.Status !== undefined && fields.Status !== row.Status)
      this.add('LeadHistory', { LeadId: id, Field: 'Status', OldValue: row.Status, NewValue: fields.Status });
    Object.assign(row, fields, { SystemModstamp: at, LastModifiedDate: at });
  }

  outgoing: Outgoing = async (url: string, call: Call = {}): Promise<Answer> => {
    const address = new URL(url);
    const reply = this.handle(call.method ?? 'GET', address, call.headers ?? {}, call.body === undefined ? '' : String(call.body));
    return {
      status: reply.status,
      headers: reply.headers ?? {},
      body: Buffer.from(reply.body === undefined ? '' : JSON.stringify(reply.body)),
    };
  };

  async listen(): Promise<{ url: string; close(): void }> {
    let url = '';
    const server: Server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (c: Buffer) => chunks.push(c));
      request.on('end', () => {
        const reply = this.handle(
          request.method ?? 'GET',
          new URL(request.url ?? '/', url),
          request.headers as Record<string, string>,
          Buffer.concat(chunks).toString(),
        );
        response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers });
        response.end(reply.body === undefined ? '' : JSON.stringify(reply.body));
      });
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return { url, close: () => server.close() };
  }

  handle(method: string, url: URL, headers: Record<string, string>, body: string): Reply {
    const next = this.trouble.shift();
    const reply =
      typeof next === 'number'
        ? error(next, 'UNKNOWN_EXCEPTION', `The fake was told to answer ${next}.`)
        : this.#answer(method, url, headers, body);
    this.requests.push({ method, path: url.pathname, status: reply.status });
    if (next === 'drop') throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
    return reply;
  }

  #answer(method: string, url: URL, headers: Record<string, string>, body: string): Reply {
    if (url.pathname === '/services/oauth2/token') return this.#token(url, new URLSearchParams(body));
    const token = /^(?:Bearer|OAuth) (.+)$/.exec(headers.authorization ?? '')?.[1];
    if (token === undefined || !this.#tokens.has(token)) return error(401, 'INVALID_SESSION_ID', 'Session expired or invalid');
    if (++this.limit.used > this.limit.most) return error(403, 'REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.');
    const reply = this.#rest(method, url, body);
    return { ...reply, headers: { 'sforce-limit-info': `api-usage=${this.limit.used}/${this.limit.most}` } };
  }

  #token(url: URL, form: URLSearchParams): Reply {
    if (form.get('client_id') !== this.client.id || form.get('client_secret') !== this.client.secret)
      return { status: 400, body: { error: 'invalid_client', error_description: 'invalid client credentials' } };
    if (!['client_credentials', 'refresh_token'].includes(form.get('grant_type') ?? ''))
      return { status: 400, body: { error: 'unsupported_grant_type', error_description: 'grant type not supported' } };
    const token = `00D!${this.#next++}`;
    this.#tokens.add(token);
    return {
      status: 200,
      body: {
        access_token: token,
        instance_url: url.origin,
        token_type: 'Bearer',
        id: `${url.origin}/id/00D/005`,
        issued_at: String(this.now()),
      },
    };
  }

  #rest(method: string, url: URL, body: string): Reply {
    const path = url.pathname.replace(/^\/services\/data\/v\d+\.\d/, '');
    if (path === '/query' && method === 'GET') return this.#query(url.searchParams.get('q') ?? '');
    const described = /^\/sobjects\/(\w+)\/describe$/.exec(path);
    if (described && method === 'GET')
      return {
        status: 200,
        body: {
          name: described[1],
          fields: [
            { name: 'Status', label: 'Lead Status', type: 'picklist' },
            { name: 'LinkedIn__c', label: 'LinkedIn', type: 'url' },
          ],
        },
      };
    const create = /^\/sobjects\/(\w+)\/?$/.exec(path);
    if (create && method === 'POST') {
      const fields = JSON.parse(body) as Row;
      if (create[1] === 'Task' && !fields.Subject)
        return error(400, 'REQUIRED_FIELD_MISSING', 'Required fields are missing: [Subject]', ['Subject']);
      return { status: 201, body: { id: this.add(create[1]!, fields).Id, success: true, errors: [] } };
    }
    const one = /^\/sobjects\/(\w+)\/(\w+)$/.exec(path);
    const row = one && this.tables.get(one[1]!)?.get(one[2]!);
    if (!one) return error(404, 'NOT_FOUND', 'The requested resource does not exist');
    if (!row) return error(404, 'NOT_FOUND', 'Provided external ID field does not exist or is not accessible');
    if (method === 'GET') return { status: 200, body: { attributes: { type: one[1] }, ...row } };
    if (method !== 'PATCH') return error(405, 'METHOD_NOT_ALLOWED', 'HTTP Method not allowed');
    const fields = JSON.parse(body) as Row;
    if (one[1] === 'Lead' && row.IsConverted) return error(400, 'CANNOT_UPDATE_CONVERTED_LEAD', 'cannot reference converted lead');
    if (one[1] === 'CampaignMember' && 'HasResponded' in fields)
      return error(400, 'INVALID_FIELD_FOR_INSERT_UPDATE', 'Unable to create/update fields: HasResponded', ['HasResponded']);
    for (const rule of this.rules)
      if (rule.object === one[1] && rule.when({ ...row, ...fields }))
        return error(400, 'FIELD_CUSTOM_VALIDATION_EXCEPTION', rule.message, rule.fields);
    this.change(one[1]!, one[2]!, fields);
    return { status: 204 };
  }

  #query(text: string): Reply {
    try {
      const query = parse(text);
      const table = this.tables.get(query.object);
      if (!table) return error(400, 'INVALID_TYPE', `sObject type '${query.object}' is not supported.`);
      let rows = [...table.values()].map((row) => this.#joined(query.object, row)).filter((row) => !row.IsDeleted && query.holds(row));
      rows.sort((a, b) => {
        for (const { field, down } of query.order) {
          const order = compare(read(a, field), read(b, field));
          if (order !== 0) return down ? -order : order;
        }
        return 0;
      });
      if (query.limit !== undefined) rows = rows.slice(0, query.limit);
      const shown = rows.map((row) => {
        const out: Row = { attributes: { type: query.object, url: `/services/data/v67.0/sobjects/${query.object}/${row.Id}` } };
        for (const field of query.fields) {
          const [relation, name] = field.split('.') as [string, string?];
          if (name === undefined) out[field] = row[field] ?? null;
          else if (row[relation]) out[relation] = { ...(out[relation] as Row), [name]: (row[relation] as Row)[name] ?? null };
          else out[relation] = null;
        }
        return out;
      });
      return { status: 200, body: { totalSize: shown.length, done: true, records: shown } };
    } catch (cause) {
      if (cause instanceof SoqlError) return error(400, 'MALFORMED_QUERY', cause.message);
      throw cause;
    }
  }

  /** The related records a query can reach with a dot. */
  #joined(object: string, row: Row): Row {
    const at = (table: string, id: unknown): Row | null => (typeof id === 'string' ? (this.tables.get(table)?.get(id) ?? null) : null);
    const out: Row = { ...row, Owner: at('User', row.OwnerId) };
    if (object === 'CampaignMember') {
      const campaign = at('Campaign', row.CampaignId);
      const status = [...this.tables.get('CampaignMemberStatus')!.values()].find(
        (s) => s.CampaignId === row.CampaignId && s.Label === row.Status,
      );
      Object.assign(out, {
        Campaign: campaign,
        Lead: at('Lead', row.LeadId),
        Contact: at('Contact', row.ContactId),
        HasResponded: status ? status.HasResponded : row.Status === 'Responded',
      });
    }
    if (object === 'OpportunityContactRole')
      Object.assign(out, { Opportunity: at('Opportunity', row.OpportunityId), Contact: at('Contact', row.ContactId) });
    return out;
  }
}

const error = (status: number, errorCode: string, message: string, fields: string[] = []): Reply => ({
  status,
  body: [{ message, errorCode, ...(fields.length > 0 && { fields }) }],
});
