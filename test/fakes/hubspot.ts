import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Answer, Call, Outgoing } from '../../server/outgoing/request.ts';

/**
 * HubSpot as its documentation describes it, in memory: paging, the 10,000 cap and lag of search, rolling and daily
 * limits, property history, stages that do not go backwards, validation rules, notes and their associations, mail
 * events, signatures. Numbered (`/v3/`) and date-based paths reach the same handlers, so that HubSpot's own client
 * can be pointed at it.
 */
export interface FakeContact {
  id: string;
  properties: Record<string, string>;
  history: Record<string, { value: string; timestamp: string; sourceType: string }[]>;
  createdAt: number;
  updatedAt: number;
  archived: boolean;
}
export interface FakeMailEvent {
  id: string;
  created: number;
  type: string;
  recipient: string;
  emailCampaignId: number;
  url?: string;
  filteredEvent?: boolean;
}
interface Note {
  id: string;
  properties: Record<string, string>;
  contact: string;
}
interface Reply {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

export class FakeHubspot {
  token = 'pat-test';
  portal = 4711;
  secret = 'client-secret';
  scopes = new Set(['contacts', 'owners', 'content']);
  contacts = new Map<string, FakeContact>();
  owners: { id: string; email: string; firstName: string; lastName: string }[] = [];
  mails: FakeMailEvent[] = [];
  mailCampaigns = new Map<number, { name: string; subject: string }>();
  notes = new Map<string, Note>();
  stages = ['subscriber', 'lead', 'marketingqualifiedlead', 'salesqualifiedlead', 'opportunity', 'customer', 'evangelist', 'other'];
  /** A property that must be set when another gets a value: an admin's rule, enforced on API writes too. */
  required: { when: [property: string, value: string]; needs: string; message: string }[] = [];
  limits = { burst: 190, search: 5, daily: 1_000_000 };
  /** Search does not see changes younger than this. */
  searchLag = 5_000;
  requests: { method: string; path: string; status: number }[] = [];
  /** The next answers: a status instead of the work, or `drop`: the work is done and the answer is lost. */
  trouble: (number | 'drop' | undefined)[] = [];
  now: () => number;
  #burst: number[] = [];
  #search: number[] = [];
  #day = { start: 0, used: 0 };
  #nextId = 1000;

  constructor(now: () => number = Date.now) {
    this.now = now;
  }

  /** Writes a contact at the present time, as a person or an import in HubSpot would. */
  put(properties: Record<string, string>, id = String(this.#nextId++), sourceType = 'CRM_UI'): FakeContact {
    const at = this.now();
    const contact = this.contacts.get(id) ?? { id, properties: {}, history: {}, createdAt: at, updatedAt: at, archived: false };
    for (const [name, value] of Object.entries(properties)) {
      if (contact.properties[name] === value) continue;
      contact.properties[name] = value;
      contact.history[name] ??= [];
      contact.history[name].unshift({ value, timestamp: new Date(at).toISOString(), sourceType });
    }
    contact.updatedAt = at;
    contact.properties.lastmodifieddate = new Date(at).toISOString();
    contact.properties.hs_object_id = id;
    this.contacts.set(id, contact);
    return contact;
  }

  /** The way out of a `Link`, straight into the fake. */
  outgoing: Outgoing = async (url: string, call: Call = {}): Promise<Answer> => {
    const address = new URL(url);
    const reply = this.handle(
      call.method ?? 'GET',
      address.pathname + address.search,
      call.headers ?? {},
      call.body ? JSON.parse(String(call.body)) : undefined,
    );
    return {
      status: reply.status,
      headers: reply.headers ?? {},
      body: Buffer.from(reply.body === undefined ? '' : JSON.stringify(reply.body)),
    };
  };

  async listen(): Promise<{ url: string; close(): void }> {
    const server: Server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (c: Buffer) => chunks.push(c));
      request.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const reply = this.handle(
          request.method ?? 'GET',
          request.url ?? '/',
          request.headers as Record<string, string>,
          text ? JSON.parse(text) : undefined,
        );
        response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers });
        response.end(reply.body === undefined ? '' : JSON.stringify(reply.body));
      });
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
  }

  /** A webhook request as HubSpot signs it. */
  sign(method: string, uri: string, body: string, at = this.now()): Record<string, string> {
    return {
      'x-hubspot-request-timestamp': String(at),
      'x-hubspot-signature-v3': createHmac('sha256', this.secret)
        .update(method + uri + body + at)
        .digest('base64'),
    };
  }

  handle(method: string, path: string, headers: Record<string, string>, body: unknown): Reply {
    const url = new URL(path, 'http://fake');
    const next = this.trouble.shift();
    const reply = typeof next === 'number' ? error(next, `The fake was told to answer ${next}.`) : this.#answer(method, url, headers, body);
    this.requests.push({ method, path: url.pathname, status: reply.status });
    if (next === 'drop') throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
    return reply;
  }

  #answer(method: string, url: URL, headers: Record<string, string>, body: unknown): Reply {
    if (headers.authorization !== `Bearer ${this.token}`)
      return error(401, 'Authentication credentials not found.', 'INVALID_AUTHENTICATION');
    const limited = this.#limited(url.pathname.endsWith('/search'));
    if (limited) return limited;
    const path = url.pathname.replace(/\/(?:v3|2026-\d\d)(?=\/|$)/, '');
    const one = (re: RegExp) => re.exec(path)?.[1];
    const input = (body ?? {}) as Record<string, never>;
    const may = (scope: string): Reply | undefined =>
      this.scopes.has(scope)
        ? undefined
        : error(403, 'This app hasn’t been granted all required scopes to make this call.', 'MISSING_SCOPES');

    if (path.startsWith('/crm/objects/contacts') || path.startsWith('/crm/contacts') || path.startsWith('/crm/properties')) {
      const refused = may('contacts');
      if (refused) return refused;
    }
    if (method === 'GET' && /^\/crm\/objects\/contacts\/?$/.test(path)) return this.#list(url);
    if (method === 'POST' && path === '/crm/objects/contacts/search') return this.#find(input);
    if (method === 'POST' && path === '/crm/objects/contacts/batch/read') return this.#batch(input);
    const notesOf = one(/^\/crm\/objects\/contacts\/(\d+)\/associations\/notes$/);
    if (method === 'GET' && notesOf)
      return ok({
        results: [...this.notes.values()].filter((n) => n.contact === notesOf).map((n) => ({ id: n.id, type: 'contact_to_note' })),
      });
    const contact = one(/^\/crm\/objects\/contacts\/([^/]+)$/);
    if (contact) return this.#one(method, decodeURIComponent(contact), url, input);
    if (method === 'POST' && /^\/crm\/objects\/notes\/?$/.test(path)) return this.#note(input);
    if (method === 'POST' && path === '/crm/objects/notes/batch/read') {
      const ids = (input as unknown as { inputs: { id: string }[] }).inputs.map((i) => i.id);
      return ok({ results: ids.flatMap((id) => this.notes.get(id) ?? []).map(({ id, properties }) => ({ id, properties })) });
    }
    if (method === 'GET' && /^\/crm\/owners\/?$/.test(path)) return may('owners') ?? ok({ results: this.owners });
    if (method === 'GET' && path === '/account-info/details') return ok({ portalId: this.portal, timeZone: 'Europe/Vienna' });
    if (method === 'GET' && path === '/crm/properties/contacts') return ok({ results: this.#properties() });
    const property = one(/^\/crm\/properties\/contacts\/(\w+)$/);
    if (method === 'GET' && property) {
      const found = this.#properties().find((p) => p.name === property);
      return found ? ok(found) : error(404, `Property ${property} does not exist`);
    }
    if (method === 'GET' && path === '/email/public/v1/events') return may('content') ?? this.#mailEvents(url);
    const mail = one(/^\/email\/public\/v1\/campaigns\/(\d+)$/);
    if (method === 'GET' && mail) {
      const found = this.mailCampaigns.get(Number(mail));
      return found ? ok({ id: Number(mail), ...found }) : error(404, 'No campaign');
    }
    return error(404, `No route ${method} ${path}`);
  }

  #limited(search: boolean): Reply | undefined {
    const now = this.now();
    const day = Math.floor(now / 86_400_000);
    if (this.#day.start !== day) this.#day = { start: day, used: 0 };
    if (++this.#day.used > this.limits.daily)
      return error(429, 'You have reached your daily limit.', 'RATE_LIMITS', { policyName: 'DAILY' });
    if (search && over(this.#search, now, 1_000, this.limits.search))
      return error(429, 'You have reached your secondly limit.', 'RATE_LIMITS', { policyName: 'SECONDLY' }, { 'retry-after': '1' });
    if (over(this.#burst, now, 10_000, this.limits.burst))
      return error(
        429,
        'You have reached your ten_secondly_rolling limit.',
        'RATE_LIMITS',
        { policyName: 'TEN_SECONDLY_ROLLING' },
        { 'retry-after': '10' },
      );
    return undefined;
  }

  #shown(contact: FakeContact, properties: string[], history: string[]): unknown {
    const pick = (names: string[]) => Object.fromEntries(names.map((n) => [n, contact.properties[n] ?? null]));
    return {
      id: contact.id,
      properties: pick([...new Set([...properties, 'hs_object_id', 'lastmodifieddate'])]),
      ...(history.length > 0 && { propertiesWithHistory: Object.fromEntries(history.map((n) => [n, contact.history[n] ?? []])) }),
      createdAt: new Date(contact.createdAt).toISOString(),
      updatedAt: new Date(contact.updatedAt).toISOString(),
      archived: contact.archived,
    };
  }

  #list(url: URL): Reply {
    const history = names(url.searchParams.get('propertiesWithHistory'));
    const limit = Number(url.searchParams.get('limit') ?? 10);
    if (limit > (history.length > 0 ? 50 : 100)) return error(400, `Limit ${limit} is too high.`, 'VALIDATION_ERROR');
    const after = Number(url.searchParams.get('after') ?? 0);
    const all = [...this.contacts.values()].filter((c) => !c.archived && Number(c.id) > after).sort((a, b) => Number(a.id) - Number(b.id));
    const page = all.slice(0, limit);
    return ok({
      results: page.map((c) => this.#shown(c, names(url.searchParams.get('properties')), history)),
      ...(all.length > limit && { paging: { next: { after: page.at(-1)!.id } } }),
    });
  }

  #find(input: {
    filterGroups?: { filters: { propertyName: string; operator: string; value: string }[] }[];
    sorts?: { propertyName: string; direction: string }[];
    properties?: string[];
    limit?: number;
    after?: string;
  }): Reply {
    const after = Number(input.after ?? 0);
    const limit = input.limit ?? 10;
    if (limit > 200) return error(400, 'limit must be at most 200', 'VALIDATION_ERROR');
    if (after + limit > 10_000) return error(400, 'The requested page is beyond the first 10000 results.', 'VALIDATION_ERROR');
    const seen = this.now() - this.searchLag;
    const value = (c: FakeContact, name: string): number | string =>
      name === 'lastmodifieddate' ? c.updatedAt : name === 'hs_object_id' ? Number(c.id) : (c.properties[name] ?? '');
    const holds = (c: FakeContact, f: { propertyName: string; operator: string; value: string }): boolean => {
      const is = value(c, f.propertyName);
      const want = typeof is === 'number' ? Number(f.value) : f.value;
      if (f.operator === 'EQ') return is === want;
      if (f.operator === 'GT') return is > want;
      if (f.operator === 'GTE') return is >= want;
      throw new Error(`The fake does not know the operator ${f.operator}.`);
    };
    const groups = input.filterGroups ?? [];
    const found = [...this.contacts.values()].filter(
      (c) => !c.archived && c.updatedAt <= seen && (groups.length === 0 || groups.some((g) => g.filters.every((f) => holds(c, f)))),
    );
    const sort = input.sorts?.[0]?.propertyName ?? 'hs_object_id';
    found.sort((a, b) => (value(a, sort) < value(b, sort) ? -1 : value(a, sort) > value(b, sort) ? 1 : 0));
    const page = found.slice(after, after + limit);
    return ok({
      total: found.length,
      results: page.map((c) => this.#shown(c, input.properties ?? [], [])),
      ...(found.length > after + limit && { paging: { next: { after: String(after + limit) } } }),
    });
  }

  #batch(input: { inputs?: { id: string }[]; properties?: string[]; propertiesWithHistory?: string[]; idProperty?: string }): Reply {
    const inputs = input.inputs ?? [];
    if (inputs.length > ((input.propertiesWithHistory ?? []).length > 0 ? 50 : 100))
      return error(400, 'Too many inputs.', 'VALIDATION_ERROR');
    const found = inputs.flatMap(({ id }) => this.#by(id, input.idProperty) ?? []);
    return ok({ status: 'COMPLETE', results: found.map((c) => this.#shown(c, input.properties ?? [], input.propertiesWithHistory ?? [])) });
  }

  #by(id: string, property?: string | null): FakeContact | undefined {
    if (property === 'email')
      return [...this.contacts.values()].find((c) => !c.archived && c.properties.email?.toLowerCase() === id.toLowerCase());
    const found = this.contacts.get(id);
    return found?.archived ? undefined : found;
  }

  #one(method: string, id: string, url: URL, input: { properties?: Record<string, string> }): Reply {
    const contact = this.#by(id, url.searchParams.get('idProperty'));
    if (!contact) return error(404, 'resource not found', 'OBJECT_NOT_FOUND');
    if (method === 'GET')
      return ok(this.#shown(contact, names(url.searchParams.get('properties')), names(url.searchParams.get('propertiesWithHistory'))));
    if (method !== 'PATCH') return error(405, 'Method not allowed');
    const wanted = { ...input.properties };
    for (const rule of this.required) {
      const [property, value] = rule.when;
      if (wanted[property] === value && !(wanted[rule.needs] ?? contact.properties[rule.needs]))
        return error(400, rule.message, 'VALIDATION_ERROR');
    }
    if (wanted.lifecyclestage !== undefined && wanted.lifecyclestage !== '') {
      if (!this.stages.includes(wanted.lifecyclestage))
        return error(400, `${wanted.lifecyclestage} was not one of the allowed options`, 'VALIDATION_ERROR');
      const now = this.stages.indexOf(contact.properties.lifecyclestage ?? '');
      if (now > this.stages.indexOf(wanted.lifecyclestage)) delete wanted.lifecyclestage;
    }
    this.put(wanted, contact.id, 'INTEGRATION');
    return ok(this.#shown(contact, Object.keys(input.properties ?? {}), []));
  }

  #note(input: {
    properties?: Record<string, string>;
    associations?: { to: { id: string }; types: { associationTypeId: number }[] }[];
  }): Reply {
    const to = input.associations?.[0];
    if (!input.properties?.hs_timestamp) return error(400, 'hs_timestamp is required', 'VALIDATION_ERROR');
    if (to?.types[0]?.associationTypeId !== 202 || !this.contacts.has(to.to.id))
      return error(400, 'The association is not valid.', 'VALIDATION_ERROR');
    const note: Note = { id: String(this.#nextId++), properties: input.properties, contact: to.to.id };
    this.notes.set(note.id, note);
    return { status: 201, body: { id: note.id, properties: note.properties } };
  }

  #properties() {
    return [
      { name: 'email', label: 'Email', type: 'string', fieldType: 'text' },
      {
        name: 'lifecyclestage',
        label: 'Lifecycle Stage',
        type: 'enumeration',
        fieldType: 'radio',
        options: this.stages.map((value, displayOrder) => ({ value, label: value, displayOrder, hidden: false })),
      },
      {
        name: 'hs_lead_status',
        label: 'Lead Status',
        type: 'enumeration',
        fieldType: 'radio',
        options: ['NEW', 'OPEN', 'IN_PROGRESS', 'OPEN_DEAL', 'UNQUALIFIED', 'ATTEMPTED_TO_CONTACT', 'CONNECTED', 'BAD_TIMING'].map(
          (value, displayOrder) => ({ value, label: value, displayOrder, hidden: false }),
        ),
      },
    ];
  }

  #mailEvents(url: URL): Reply {
    const limit = Math.min(Number(url.searchParams.get('limit') ?? 100), 1000);
    const from = Number(url.searchParams.get('startTimestamp') ?? 0);
    const offset = Number(url.searchParams.get('offset') ?? 0);
    const all = this.mails.filter((m) => m.created >= from).sort((a, b) => b.created - a.created);
    return ok({ events: all.slice(offset, offset + limit), hasMore: all.length > offset + limit, offset: String(offset + limit) });
  }
}

const ok = (body: unknown): Reply => ({ status: 200, body });
const error = (status: number, message: string, category = 'ERROR', more: object = {}, headers: Record<string, string> = {}): Reply => ({
  status,
  body: { status: 'error', message, category, correlationId: '00000000-0000-0000-0000-000000000000', ...more },
  headers,
});
const names = (list: string | null): string[] => (list ? list.split(',') : []);
const over = (times: number[], now: number, window: number, most: number): boolean => {
  while (times.length > 0 && times[0]! <= now - window) times.shift();
  if (times.length >= most) return true;
  times.push(now);
  return false;
};
