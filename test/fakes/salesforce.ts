import { createHash } from 'node:crypto';
import { Fake, type Reply } from './reply.ts';
import { compare, parse, type Row, read, type Soql, SoqlError } from './soql.ts';

/**
 * Salesforce's REST API as its documentation describes it, in memory: tokens that end and refresh tokens that rotate,
 * the web-server flow with PKCE, SOQL answered in batches, the recycle bin, errors as JSON arrays, the daily limit
 * answered as 403, conditional writes, validation rules, read-only converted leads, field history, campaign members whose `HasResponded`
 * follows from their status. jsforce can be pointed at it.
 */
const prefixes: Record<string, string> = {
  Lead: '00Q',
  Contact: '003',
  Account: '001',
  Opportunity: '006',
  OpportunityContactRole: '00K',
  OpportunityHistory: '008',
  Campaign: '701',
  CampaignMember: '00v',
  CampaignMemberStatus: '01Y',
  Task: '00T',
  Event: '00U',
  EmailMessage: '02s',
  EmailMessageRelation: '0CZ',
  EmailStatus: '018',
  LeadHistory: '017',
  ContactHistory: '03p',
  Organization: '00D',
  OpportunityStage: '01J',
  LeadStatus: '01J',
  User: '005',
};

export class FakeSalesforce extends Fake {
  client = { id: 'client', secret: 'secret' };
  tables = new Map<string, Map<string, Row>>(Object.keys(prefixes).map((name) => [name, new Map()]));
  limit = { used: 0, most: 100_000 };
  /** Refuses a change of a lead, as a validation rule does. */
  rules: { object: string; when(row: Row): boolean; message: string; fields: string[] }[] = [];
  /** Objects that this edition does not have, or the connected user may not see. */
  hidden = new Set<string>();
  /** Fields that the connected user may see, by object. */
  described: Record<string, Row[]> = {
    Opportunity: [],
    Lead: [
      {
        name: 'Status',
        label: 'Lead Status',
        type: 'picklist',
        picklistValues: [
          { value: 'Working - Contacted', label: 'Working', active: true },
          { value: 'Old', label: 'Old', active: false },
        ],
      },
      { name: 'LinkedIn__c', label: 'LinkedIn', type: 'url' },
      { name: 'Industry', label: 'Industry', type: 'picklist' },
    ],
    Contact: [{ name: 'Stage__c', label: 'Stage', type: 'picklist' }],
    Account: [{ name: 'Industry', label: 'Industry', type: 'picklist' }],
  };
  /** Fields whose changes are kept as history, by object. */
  tracked: Record<string, string[]> = { Lead: ['Status'], Contact: ['Stage__c'] };
  /** How many records an answer holds; the rest is asked for by `nextRecordsUrl`. */
  batch = 2000;
  /** A refresh token is used once. */
  rotates = false;
  #tokens = new Set<string>();
  #next = 1;
  #refresh = new Set<string>();
  #codes = new Map<string, { redirect: string; challenge: string }>();
  #open = new Map<string, Row[]>();
  #joins = new Map<string, Row[]>();
  /** Rows of a table by one of its own times and id; new ones stand at the end until it is asked for. */
  #byTime = new Map<string, Row[]>();

  constructor(now: () => number = Date.now) {
    super(now);
    this.add('Organization', { Name: 'Ridgeway' });
    for (const [label, closed, won] of [
      ['Prospecting', false, false],
      ['Closed Won', true, true],
      ['Closed Lost', true, false],
    ] as const)
      this.add('OpportunityStage', {
        MasterLabel: label,
        ApiName: label,
        IsClosed: closed,
        IsWon: won,
        SortOrder: this.tables.get('OpportunityStage')!.size,
      });
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
    this.#changed(object);
    if (object === 'Opportunity') this.#remember(row);
    return row;
  }

  change(object: string, id: string, fields: Row): void {
    const row = this.tables.get(object)!.get(id)!;
    const at = new Date(this.now()).toISOString();
    for (const field of this.tracked[object] ?? [])
      if (fields[field] !== undefined && fields[field] !== row[field])
        this.add(`${object}History`, { [`${object}Id`]: id, Field: field, OldValue: row[field] ?? null, NewValue: fields[field] });
    const before = { ...row };
    Object.assign(row, fields, { SystemModstamp: at, LastModifiedDate: at });
    this.#changed(object);
    if (object === 'Opportunity' && ['StageName', 'Amount', 'CloseDate'].some((field) => before[field] !== row[field])) this.#remember(row);
  }
  /** Salesforce always keeps what an opportunity was, each time its stage, amount or date changes. */
  #remember({ Id, StageName, Amount, CloseDate }: Row): void {
    this.add('OpportunityHistory', { OpportunityId: Id, StageName, Amount, CloseDate });
  }
  #changed(object: string): void {
    this.#joins.clear();
    for (const key of this.#byTime.keys()) if (key.startsWith(`${object} `)) this.#byTime.delete(key);
  }
  /** Somebody deletes a record, or merges it into another. It lies in the recycle bin. */
  remove(object: string, id: string, into?: string): void {
    this.change(object, id, { IsDeleted: true, ...(into && { MasterRecordId: into }) });
    if (into) this.change(object, into, {});
    for (const role of this.#rolesOf(object, id))
      if (!role.IsDeleted) this.change('OpportunityContactRole', String(role.Id), into ? { ContactId: into } : { IsDeleted: true });
  }
  /** Takes a record out of the recycle bin, with the roles that went there with it. */
  undelete(object: string, id: string): void {
    const since = String(this.tables.get(object)!.get(id)!.SystemModstamp);
    for (const role of this.#rolesOf(object, id))
      if (role.IsDeleted && String(role.SystemModstamp) >= since)
        this.change('OpportunityContactRole', String(role.Id), { IsDeleted: false });
    this.change(object, id, { IsDeleted: false });
  }
  #rolesOf(object: string, id: string): Row[] {
    const by = { Contact: 'ContactId', Opportunity: 'OpportunityId' }[object];
    return [...this.tables.get('OpportunityContactRole')!.values()].filter((role) => by && role[by] === id);
  }

  /** A code as Salesforce's consent page would send it to the redirect address. */
  consent(authorize: string): { code: string; state: string; redirect: string } {
    const q = new URL(authorize).searchParams;
    if (q.get('client_id') !== this.client.id || q.get('response_type') !== 'code') throw new Error('Salesforce shows an error page.');
    const code = `code-${this.#next++}`;
    const redirect = q.get('redirect_uri') ?? '';
    this.#codes.set(code, { redirect, challenge: q.get('code_challenge') ?? '' });
    return { code, state: q.get('state') ?? '', redirect };
  }
  /** An admin revokes the app's access. */
  revoke(): void {
    this.#tokens.clear();
    this.#refresh.clear();
  }

  protected told(status: number): Reply {
    return error(status, 'UNKNOWN_EXCEPTION', `The fake was told to answer ${status}.`);
  }

  protected answer(method: string, url: URL, headers: Record<string, string>, body: string): Reply {
    if (url.pathname === '/services/oauth2/token') return this.#token(url, new URLSearchParams(body));
    const token = /^(?:Bearer|OAuth) (.+)$/.exec(headers.authorization ?? '')?.[1];
    if (token === undefined || !this.#tokens.has(token)) return error(401, 'INVALID_SESSION_ID', 'Session expired or invalid');
    if (++this.limit.used > this.limit.most) return error(403, 'REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.');
    const reply = this.#rest(method, url, body, headers['if-unmodified-since']);
    return { ...reply, headers: { 'sforce-limit-info': `api-usage=${this.limit.used}/${this.limit.most}` } };
  }

  #token(url: URL, form: URLSearchParams): Reply {
    const no = (error: string, error_description: string): Reply => ({ status: 400, body: { error, error_description } });
    if (form.get('client_id') !== this.client.id || form.get('client_secret') !== this.client.secret)
      return no('invalid_client', 'invalid client credentials');
    let refresh: string | undefined;
    switch (form.get('grant_type')) {
      case 'client_credentials':
        break;
      case 'authorization_code': {
        const asked = this.#codes.get(form.get('code') ?? '');
        this.#codes.delete(form.get('code') ?? '');
        const challenge = createHash('sha256')
          .update(form.get('code_verifier') ?? '')
          .digest('base64url');
        if (!asked || asked.redirect !== form.get('redirect_uri') || asked.challenge !== challenge)
          return no('invalid_grant', 'authentication failure');
        refresh = `5Aep${this.#next++}`;
        this.#refresh.add(refresh);
        break;
      }
      case 'refresh_token': {
        const given = form.get('refresh_token') ?? '';
        if (!this.#refresh.has(given)) return no('invalid_grant', 'expired access/refresh token');
        if (!this.rotates) break;
        this.#refresh.delete(given);
        refresh = `5Aep${this.#next++}`;
        this.#refresh.add(refresh);
        break;
      }
      default:
        return no('unsupported_grant_type', 'grant type not supported');
    }
    const token = `00D!${this.#next++}`;
    this.#tokens.add(token);
    return {
      status: 200,
      body: {
        access_token: token,
        ...(refresh && { refresh_token: refresh }),
        instance_url: url.origin,
        token_type: 'Bearer',
        id: `${url.origin}/id/00D000000000001AAA/005000000000001AAA`,
        issued_at: String(this.now()),
      },
    };
  }

  #rest(method: string, url: URL, body: string, unmodifiedSince?: string): Reply {
    const path = url.pathname.replace(/^\/services\/data\/v\d+\.\d/, '');
    if ((path === '/query' || path === '/queryAll') && method === 'GET')
      return this.#query(url.searchParams.get('q') ?? '', path === '/queryAll');
    const next = /^\/query\/([\w-]+)$/.exec(path)?.[1];
    if (next && method === 'GET') {
      const rows = this.#open.get(next);
      return rows ? this.#batches(rows) : error(400, 'INVALID_QUERY_LOCATOR', 'invalid query locator');
    }
    const described = /^\/sobjects\/(\w+)\/describe$/.exec(path);
    if (described && method === 'GET') {
      const fields = this.described[described[1]!];
      return fields
        ? { status: 200, body: { name: described[1], fields } }
        : error(404, 'NOT_FOUND', 'The requested resource does not exist');
    }
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
    if (row.IsDeleted) return error(404, 'ENTITY_IS_DELETED', 'entity is deleted');
    const seconds = (at: unknown): number => Math.floor(Date.parse(String(at)) / 1000);
    if (unmodifiedSince && seconds(row.LastModifiedDate) > seconds(unmodifiedSince)) return { status: 412 };
    if (one[1] === 'Lead' && row.IsConverted) return error(400, 'CANNOT_UPDATE_CONVERTED_LEAD', 'cannot reference converted lead');
    if (one[1] === 'CampaignMember' && 'HasResponded' in fields)
      return error(400, 'INVALID_FIELD_FOR_INSERT_UPDATE', 'Unable to create/update fields: HasResponded', ['HasResponded']);
    for (const rule of this.rules)
      if (rule.object === one[1] && rule.when({ ...row, ...fields }))
        return error(400, 'FIELD_CUSTOM_VALIDATION_EXCEPTION', rule.message, rule.fields);
    this.change(one[1]!, one[2]!, fields);
    return { status: 204 };
  }

  #query(text: string, all: boolean): Reply {
    try {
      const query = parse(text);
      const table = this.tables.get(query.object);
      if (!table || this.hidden.has(query.object)) return error(400, 'INVALID_TYPE', `sObject type '${query.object}' is not supported.`);
      if (query.count && text.trim().endsWith(query.object))
        return {
          status: 200,
          body: { totalSize: [...table.values()].filter((row) => all || !row.IsDeleted).length, done: true, records: [] },
        };
      const unknown = query.fields.find(
        (field) =>
          field.endsWith('__c') &&
          !field.includes('.') &&
          this.described[query.object]?.every(({ name }) => name !== field) &&
          ![...table.values()].some((row) => field in row),
      );
      if (unknown) return error(400, 'INVALID_FIELD', `No such column '${unknown}' on entity '${query.object}'.`);
      const [by, then] = query.order;
      const least = by && query.least.get(by.field);
      const inOrder = least !== undefined && !by!.field.includes('.') && then?.field === 'Id' && !by!.down && query.limit !== undefined;
      let rows: Row[];
      if (inOrder) rows = this.#from(query, by!.field, least, all);
      else {
        let joined = this.#joins.get(query.object);
        if (!joined) {
          joined = [...table.values()].map((row) => this.#joined(query.object, row));
          this.#joins.set(query.object, joined);
        }
        rows = joined.filter((row) => (all || !row.IsDeleted) && query.holds(row));
      }
      if (query.count) return { status: 200, body: { totalSize: rows.length, done: true, records: [] } };
      rows.sort((a, b) => {
        for (const { field, down } of query.order) {
          const order = compare(read(a, field), read(b, field));
          if (order !== 0) return down ? -order : order;
        }
        return 0;
      });
      if (query.limit !== undefined) rows = rows.slice(0, query.limit);
      return this.#batches(
        rows.map((row) => {
          const out: Row = { attributes: { type: query.object, url: `/services/data/v67.0/sobjects/${query.object}/${row.Id}` } };
          for (const field of query.fields) {
            const [relation, name] = field.split('.') as [string, string?];
            if (name === undefined) out[field] = row[field] ?? null;
            else if (row[relation]) out[relation] = { ...(out[relation] as Row), [name]: (row[relation] as Row)[name] ?? null };
            else out[relation] = null;
          }
          return out;
        }),
      );
    } catch (cause) {
      if (cause instanceof SoqlError) return error(400, 'MALFORMED_QUERY', cause.message);
      throw cause;
    }
  }

  /** As many as are wanted, found where they stand in time. */
  #from(query: Soql, field: string, least: string, all: boolean): Row[] {
    // Instants are all written alike, so they are in order as they are written.
    const at = (row: Row): string => row[field] as string;
    const key = `${query.object} ${field}`;
    let sorted = this.#byTime.get(key);
    if (!sorted) {
      sorted = [...this.tables.get(query.object)!.values()].sort((a, b) =>
        at(a) < at(b) ? -1 : at(a) > at(b) ? 1 : (a.Id as string) < (b.Id as string) ? -1 : 1,
      );
      this.#byTime.set(key, sorted);
    }
    let low = 0;
    for (let high = sorted.length; low < high; ) {
      const middle = (low + high) >> 1;
      if (at(sorted[middle]!) < least) low = middle + 1;
      else high = middle;
    }
    const found: Row[] = [];
    for (; low < sorted.length && found.length < query.limit!; low++) {
      const row = this.#joined(query.object, sorted[low]!);
      if ((all || !row.IsDeleted) && query.holds(row)) found.push(row);
    }
    return found;
  }

  #batches(rows: Row[]): Reply {
    const rest = rows.slice(this.batch);
    if (rest.length === 0) return { status: 200, body: { totalSize: rows.length, done: true, records: rows } };
    const locator = `01g${this.#next++}-${this.batch}`;
    this.#open.set(locator, rest);
    return {
      status: 200,
      body: {
        totalSize: rows.length,
        done: false,
        nextRecordsUrl: `/services/data/v67.0/query/${locator}`,
        records: rows.slice(0, this.batch),
      },
    };
  }

  /** The related records a query can reach with a dot. */
  #joined(object: string, row: Row): Row {
    const at = (table: string, id: unknown): Row | null => (typeof id === 'string' ? (this.tables.get(table)?.get(id) ?? null) : null);
    const out: Row = { ...row, Owner: at('User', row.OwnerId), ...(object === 'Contact' && { Account: at('Account', row.AccountId) }) };
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
    if (object === 'EmailMessageRelation') out.EmailMessage = at('EmailMessage', row.EmailMessageId);
    if (object === 'LeadHistory') out.Lead = at('Lead', row.LeadId);
    if (object === 'ContactHistory') out.Contact = at('Contact', row.ContactId);
    if (object === 'EmailStatus') out.Task = at('Task', row.TaskId);
    if (object === 'OpportunityContactRole')
      Object.assign(out, { Opportunity: at('Opportunity', row.OpportunityId), Contact: at('Contact', row.ContactId) });
    return out;
  }
}

const error = (status: number, errorCode: string, message: string, fields: string[] = []): Reply => ({
  status,
  body: [{ message, errorCode, ...(fields.length > 0 && { fields }) }],
});
