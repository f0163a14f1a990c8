import { createHash, createHmac } from 'node:crypto';
import { Fake, jsonIn, type Reply } from './reply.ts';

/**
 * HubSpot as its documentation describes it, in memory: paging, the 10,000 cap and lag of search, rolling and daily
 * limits, property history, stages that do not go backwards, validation rules, merged and deleted contacts, deals, companies,
 * notes and their associations, mail events, visited pages, forms, events, lists, campaigns, OAuth with PKCE, signatures. Numbered (`/v3/`)
 * and date-based paths reach the same handlers, so that HubSpot's own client can be pointed at it.
 */
export interface FakeObject {
  id: string;
  properties: Record<string, string>;
  history: Record<string, { value: string; timestamp: string; sourceType: string }[]>;
  createdAt: number;
  updatedAt: number;
  archived: boolean;
  archivedAt?: number;
}
export type FakeContact = FakeObject;
export interface FakeMailEvent {
  id: string;
  created: number;
  type: string;
  recipient: string;
  emailCampaignId: number;
  url?: string;
  filteredEvent?: boolean;
}
export interface FakeForm {
  id: string;
  name: string;
  submissions: { conversionId: string; submittedAt: number; email: string; pageUrl?: string }[];
}
export interface FakeEvent {
  objectId: string;
  eventName: string;
  eventType: string;
  startDateTime: string;
  participants: { id: string; contactId: string; email: string; state: string; occurredAt: number }[];
}
export interface FakeCampaign {
  id: string;
  name: string;
  assets: Partial<Record<'MARKETING_EMAIL' | 'FORM' | 'MARKETING_EVENT' | 'OBJECT_LIST', string[]>>;
}
interface Note {
  id: string;
  properties: Record<string, string>;
  contact: string;
}
/** HubSpot's names of scopes, by what an account must have for them. */
const productOf: Record<string, string> = {
  'crm.objects.contacts.read': 'contacts',
  'crm.objects.contacts.write': 'contacts',
  'crm.schemas.contacts.read': 'contacts',
  'crm.objects.owners.read': 'owners',
  'crm.objects.deals.read': 'deals',
  'crm.objects.companies.read': 'companies',
  'crm.schemas.companies.read': 'companies',
  'crm.lists.read': 'lists',
  content: 'content',
  forms: 'forms',
  'marketing.campaigns.read': 'campaigns',
  'crm.objects.marketing_events.read': 'events',
  'business-intelligence': 'visits',
};
type Kind = 'contacts' | 'deals' | 'companies';
const modifiedIn: Record<Kind, string> = { contacts: 'lastmodifieddate', deals: 'hs_lastmodifieddate', companies: 'hs_lastmodifieddate' };

export class FakeHubspot extends Fake {
  token = 'pat-test';
  portal = 4711;
  secret = 'client-secret';
  client = { id: 'client', secret: 'client-secret' };
  scopes = new Set(['contacts', 'owners', 'deals', 'companies', 'lists', 'content', 'forms', 'events', 'visits', 'campaigns']);
  contacts = new Map<string, FakeObject>();
  deals = new Map<string, FakeObject & { contacts: string[] }>();
  /** Whose people name them in `associatedcompanyid`. */
  companies = new Map<string, FakeObject>();
  /** Properties of contacts and companies besides HubSpot's own. */
  custom: Record<'contacts' | 'companies', { name: string; label: string; type: string; options?: { value: string; label: string }[] }[]> =
    {
      contacts: [],
      companies: [],
    };
  owners: { id: string; email: string; firstName: string; lastName: string }[] = [];
  mails: FakeMailEvent[] = [];
  mailCampaigns = new Map<number, { name: string; subject: string; contentId?: number }>();
  forms: FakeForm[] = [];
  events: FakeEvent[] = [];
  campaigns: FakeCampaign[] = [];
  /** Pages that contacts visited, oldest first. */
  visits: { id: string; contact: string; url: string; title: string; at: number }[] = [];
  /** By id; members in the order in which they came. */
  lists = new Map<string, { name: string; members: { contact: string; since: number }[] }>();
  notes = new Map<string, Note>();
  stages = ['subscriber', 'lead', 'marketingqualifiedlead', 'salesqualifiedlead', 'opportunity', 'customer', 'evangelist', 'other'];
  /** What its users call a value, where that is another name. */
  labels: Record<string, string> = {};
  /** A property that must be set when another gets a value: an admin's rule, enforced on API writes too. */
  required: { when: [property: string, value: string]; needs: string; message: string }[] = [];
  limits = { burst: 190, search: 5, daily: 1_000_000 };
  /** Search does not see changes younger than this. */
  searchLag = 5_000;
  /** Seconds that an access token of the OAuth flow lasts. */
  tokenSeconds = 1800;
  #burst: number[] = [];
  #search: number[] = [];
  #day = { start: 0, used: 0 };
  #nextId = 1000;
  /** Ids that went up in others, and the one they went up in. */
  #mergedInto = new Map<string, string>();
  /** Until when an access token lasts, and what it may; of a refresh token and a code, what it may. */
  #tokens = new Map<string, { until: number; scopes: Set<string> }>();
  #refresh = new Map<string, Set<string>>();
  #codes = new Map<string, { redirect: string; challenge: string; scopes: Set<string> }>();
  /** What the token of the present call may; `undefined`: a service key, which may all that the account's products have. */
  #granted: Set<string> | undefined;
  /** By id and by time of change, until something changes. */
  #sorted = new Map<string, FakeObject[]>();

  /** Writes a contact at the present time, as a person or an import in HubSpot would. */
  put(properties: Record<string, string>, id = String(this.#nextId++), sourceType = 'CRM_UI'): FakeObject {
    return this.#write(this.contacts, properties, id, sourceType, 'lastmodifieddate');
  }
  putDeal(properties: Record<string, string>, contacts?: string[], id = String(this.#nextId++)): FakeObject {
    const old = this.deals.get(id);
    const deal = this.#write(this.deals as Map<string, FakeObject>, properties, id, 'CRM_UI', 'hs_lastmodifieddate') as FakeObject & {
      contacts: string[];
    };
    deal.contacts = contacts ?? old?.contacts ?? [];
    deal.properties.createdate ??= new Date(deal.createdAt).toISOString();
    return deal;
  }
  /** Somebody takes a contact off a deal or adds one, without a trace in the deal. */
  tie(deal: string, contacts: string[]): void {
    this.deals.get(deal)!.contacts = contacts;
  }
  putCompany(properties: Record<string, string>, id = String(this.#nextId++)): FakeObject {
    return this.#write(this.companies, properties, id, 'CRM_UI', 'hs_lastmodifieddate');
  }
  #write(table: Map<string, FakeObject>, properties: Record<string, string>, id: string, sourceType: string, modified: string): FakeObject {
    const at = this.now();
    const object = table.get(id) ?? { id, properties: {}, history: {}, createdAt: at, updatedAt: at, archived: false };
    for (const [name, value] of Object.entries(properties)) {
      if (object.properties[name] === value) continue;
      object.properties[name] = value;
      object.history[name] ??= [];
      object.history[name].unshift({ value, timestamp: new Date(at).toISOString(), sourceType });
    }
    object.updatedAt = at;
    object.properties[modified] = new Date(at).toISOString();
    object.properties.hs_object_id = id;
    table.set(id, object);
    this.#sorted.clear();
    return object;
  }

  /** Somebody deletes a contact. */
  archive(id: string): void {
    this.contacts.get(id)!.archived = true;
    this.#sorted.clear();
  }
  /** Somebody deletes a deal, or takes it out of the recycle bin, which touches it. */
  archiveDeal(id: string): void {
    Object.assign(this.deals.get(id)!, { archived: true, archivedAt: this.now() });
    this.#sorted.clear();
  }
  restoreDeal(id: string): void {
    this.deals.get(id)!.archived = false;
    this.putDeal({}, undefined, id);
  }
  restore(id: string): void {
    this.contacts.get(id)!.archived = false;
    this.put({}, id);
  }
  /** Somebody merges one contact into another: its address becomes a further one, its id leads to the other. */
  merge(from: string, into: string): void {
    const loser = this.contacts.get(from)!;
    const winner = this.contacts.get(into)!;
    this.contacts.delete(from);
    // Deals go along; that does not touch them.
    for (const deal of this.deals.values()) deal.contacts = [...new Set(deal.contacts.map((one) => (one === from ? into : one)))];
    this.#mergedInto.set(from, into);
    const list = (...parts: (string | undefined)[]) => parts.flatMap((p) => (p ? p.split(';') : [])).join(';');
    this.put(
      {
        hs_additional_emails: list(winner.properties.hs_additional_emails, loser.properties.email, loser.properties.hs_additional_emails),
        hs_merged_object_ids: list(winner.properties.hs_merged_object_ids, from, loser.properties.hs_merged_object_ids),
      },
      into,
      'MERGE_OBJECTS',
    );
  }

  /**
   * A code as HubSpot's consent page would send it to the redirect address. An account that lacks a required scope shows
   * an error page; an optional one that it lacks is left out.
   */
  consent(authorize: string): { code: string; state: string; redirect: string } {
    const q = new URL(authorize).searchParams;
    const asked = (name: string): string[] => (q.get(name) ?? '').split(' ').filter(Boolean);
    const has = (scope: string): boolean => scope === 'oauth' || this.scopes.has(productOf[scope] ?? '');
    if (q.get('client_id') !== this.client.id || q.get('code_challenge_method') !== 'S256' || !asked('scope').every(has))
      throw new Error('HubSpot shows an error page.');
    const code = `code-${this.#nextId++}`;
    const redirect = q.get('redirect_uri') ?? '';
    const scopes = new Set([...asked('scope'), ...asked('optional_scope').filter(has)]);
    this.#codes.set(code, { redirect, challenge: q.get('code_challenge') ?? '', scopes });
    return { code, state: q.get('state') ?? '', redirect };
  }
  /** Every access token has ended. */
  endTokens(): void {
    this.#tokens.clear();
  }
  /** The admin removes the app. */
  revoke(): void {
    this.#tokens.clear();
    this.#refresh.clear();
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

  protected told(status: number): Reply {
    return error(status, `The fake was told to answer ${status}.`);
  }

  protected answer(method: string, url: URL, headers: Record<string, string>, text: string): Reply {
    const path = url.pathname.replace(/\/(?:v[1-4]|2026-\d\d)(?=\/|$)/, '');
    if (method === 'POST' && path === '/oauth/token') return this.#token(new URLSearchParams(text));
    const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? '';
    const own = this.#tokens.get(token);
    this.#granted = own?.scopes;
    if (token !== this.token && (own?.until ?? 0) <= this.now())
      return error(401, 'Authentication credentials not found.', 'INVALID_AUTHENTICATION');
    const limited = this.#limited(url.pathname.endsWith('/search'));
    const daily = {
      'x-hubspot-ratelimit-daily': String(this.limits.daily),
      'x-hubspot-ratelimit-daily-remaining': String(Math.max(0, this.limits.daily - this.#day.used)),
      'x-hubspot-ratelimit-max': String(this.limits.burst),
    };
    const reply = limited ?? this.#route(method, path, url, jsonIn(text));
    return { ...reply, headers: { ...daily, ...reply.headers } };
  }

  #token(form: URLSearchParams): Reply {
    if (form.get('client_id') !== this.client.id || form.get('client_secret') !== this.client.secret)
      return error(400, 'missing or invalid client id or secret', 'BAD_CLIENT_SECRET');
    if (form.get('grant_type') === 'authorization_code') {
      const asked = this.#codes.get(form.get('code') ?? '');
      this.#codes.delete(form.get('code') ?? '');
      const challenge = createHash('sha256')
        .update(form.get('code_verifier') ?? '')
        .digest('base64url');
      if (!asked || asked.redirect !== form.get('redirect_uri') || asked.challenge !== challenge)
        return error(400, 'missing or unknown auth code', 'BAD_AUTH_CODE');
      const refresh = `refresh-${this.#nextId++}`;
      this.#refresh.set(refresh, asked.scopes);
      return this.#grant(refresh, asked.scopes);
    }
    const refresh = form.get('refresh_token') ?? '';
    const scopes = this.#refresh.get(refresh);
    return scopes ? this.#grant(refresh, scopes) : error(400, 'missing or unknown refresh token', 'BAD_REFRESH_TOKEN');
  }
  #grant(refresh: string, scopes: Set<string>): Reply {
    const access = `access-${this.#nextId++}`;
    this.#tokens.set(access, { until: this.now() + this.tokenSeconds * 1000, scopes });
    return ok({ access_token: access, refresh_token: refresh, expires_in: this.tokenSeconds, token_type: 'bearer' });
  }

  #route(method: string, path: string, url: URL, input: Record<string, unknown>): Reply {
    const one = (re: RegExp) => re.exec(path)?.[1];
    const may = (scope: string, granular = scope): Reply | undefined =>
      this.scopes.has(scope) && (this.#granted === undefined || this.#granted.has(granular))
        ? undefined
        : error(
            403,
            'This app hasn’t been granted all required scopes to make this call. Read more about required scopes here.',
            'MISSING_SCOPES',
            {
              errors: [
                {
                  message: 'One or more of the following scopes are required.',
                  context: { requiredGranularScopes: [granular] },
                },
              ],
            },
          );
    if (/^\/crm\/(?:objects\/)?(?:contacts|notes)|^\/crm\/properties\/contacts/.test(path)) {
      const refused = may('contacts', 'crm.objects.contacts.read');
      if (refused) return refused;
    }
    if (/^\/crm\/(?:objects\/deals|associations\/(?:contacts\/)?deals|pipelines)/.test(path)) {
      const refused = may('deals', 'crm.objects.deals.read');
      if (refused) return refused;
    }
    if (/^\/crm\/(?:objects|associations|properties)\/companies/.test(path)) {
      const refused = may('companies', 'crm.objects.companies.read');
      if (refused) return refused;
    }
    for (const kind of ['contacts', 'deals', 'companies'] as const) {
      const base = `/crm/objects/${kind}`;
      if (method === 'GET' && (path === base || path === `${base}/`)) return this.#list(kind, url);
      if (method === 'POST' && path === `${base}/search`) return this.#find(kind, input);
      if (method === 'POST' && path === `${base}/batch/read`) return this.#batch(kind, input);
    }
    const notesOf = one(/^\/crm\/objects\/contacts\/(\d+)\/associations\/notes$/);
    if (method === 'GET' && notesOf) {
      const all = [...this.notes.values()].filter((n) => n.contact === notesOf);
      const { page, next } = paged(all, url);
      return ok({ results: page.map((n) => ({ id: n.id, type: 'contact_to_note' })), ...next });
    }
    const contact = one(/^\/crm\/objects\/contacts\/([^/]+)$/);
    if (contact) return this.#one(method, decodeURIComponent(contact), url, input as { properties?: Record<string, string> });
    if (method === 'POST' && /^\/crm\/objects\/notes\/?$/.test(path)) return this.#note(input);
    if (method === 'POST' && path === '/crm/objects/notes/batch/read') {
      const ids = (input as { inputs: { id: string }[] }).inputs.map((i) => i.id);
      return ok({ results: ids.flatMap((id) => this.notes.get(id) ?? []).map(({ id, properties }) => ({ id, properties })) });
    }
    const tied = one(/^\/crm\/associations\/(deals|companies)\/contacts\/batch\/read$/);
    if (method === 'POST' && tied)
      return this.#tied(input as { inputs: { id: string; after?: string }[] }, (id) =>
        tied === 'deals'
          ? (this.deals.get(id)?.contacts ?? [])
          : [...this.contacts.values()].filter((c) => c.properties.associatedcompanyid === id).map((c) => c.id),
      );
    if (method === 'POST' && path === '/crm/associations/contacts/deals/batch/read')
      return this.#tied(input as { inputs: { id: string; after?: string }[] }, (id) =>
        [...this.deals.values()].flatMap((deal) => (!deal.archived && deal.contacts.includes(id) ? [deal.id] : [])),
      );
    if (method === 'GET' && path === '/crm/pipelines/deals')
      return ok({
        results: [
          {
            id: 'default',
            label: 'Sales Pipeline',
            displayOrder: 0,
            archived: false,
            stages: ['appointmentscheduled', 'contractsent', 'closedwon', 'closedlost'].map((id, displayOrder) => ({
              id,
              label: id,
              displayOrder,
            })),
          },
        ],
      });
    if (method === 'GET' && /^\/crm\/owners\/?$/.test(path)) {
      const { page, next } = paged(this.owners, url);
      return may('owners', 'crm.objects.owners.read') ?? ok({ results: page, ...next });
    }
    if (method === 'GET' && path === '/account-info/details')
      return ok({ portalId: this.portal, timeZone: 'Europe/Vienna', uiDomain: 'app-eu1.hubspot.com' });
    const [, object, property] = /^\/crm\/properties\/(contacts|companies)(?:\/(\w+))?$/.exec(path) ?? [];
    if (method === 'GET' && object) {
      const all = [...(object === 'contacts' ? this.#properties() : []), ...this.custom[object as 'contacts' | 'companies']];
      if (property === undefined) return ok({ results: all });
      const found = all.find((p) => p.name === property);
      return found ? ok(found) : error(404, `Property ${property} does not exist`);
    }
    if (method === 'GET' && path === '/email/public/events') return may('content') ?? this.#mailEvents(url);
    const mail = one(/^\/email\/public\/campaigns\/(\d+)$/);
    if (method === 'GET' && mail) {
      const found = this.mailCampaigns.get(Number(mail));
      return found ? ok({ id: Number(mail), ...found }) : error(404, 'No campaign');
    }
    if (method === 'GET' && /^\/marketing\/forms\/?$/.test(path)) {
      const { page, next } = paged(this.forms, url);
      return (
        may('forms') ??
        ok({ results: page.map(({ id, name }) => ({ id, name, formType: 'hubspot', archived: false, createdAt: new Date(0) })), ...next })
      );
    }
    if (method === 'GET' && /^\/events\/(?:events|event-occurrences)\/?$/.test(path))
      return may('visits', 'business-intelligence') ?? this.#occurrences(url);
    const form = one(/^\/form-integrations\/submissions\/forms\/([^/]+)$/);
    if (method === 'GET' && form) return may('forms') ?? this.#submissions(form, url);
    if (method === 'GET' && /^\/marketing\/marketing-events\/?$/.test(path)) {
      const { page, next } = paged(this.events, url);
      return (
        may('events', 'crm.objects.marketing_events.read') ??
        ok({ results: page.map(({ participants: _, ...event }) => ({ ...event, updatedAt: event.startDateTime })), ...next })
      );
    }
    const event = one(/^\/marketing\/marketing-events\/participations\/([^/]+)\/breakdown$/);
    if (method === 'GET' && event) {
      const { page, next } = paged(this.events.find((e) => e.objectId === event)?.participants ?? [], url);
      return (
        may('events', 'crm.objects.marketing_events.read') ??
        ok({
          results: page.map((p) => ({
            id: p.id,
            createdAt: new Date(p.occurredAt).toISOString(),
            associations: { contact: { contactId: p.contactId, email: p.email }, marketingEvent: { marketingEventId: event } },
            properties: { occurredAt: p.occurredAt, attendanceState: p.state },
          })),
          ...next,
        })
      );
    }
    if (method === 'GET' && path === '/marketing/campaigns') {
      const { page, next } = paged(this.campaigns, url);
      return (
        may('campaigns', 'marketing.campaigns.read') ??
        ok({ results: page.map(({ id, name }) => ({ id, properties: { hs_name: name } })), ...next })
      );
    }
    const assets = /^\/marketing\/campaigns\/([^/]+)\/assets\/(\w+)$/.exec(path);
    if (method === 'GET' && assets) {
      const ids = this.campaigns.find((c) => c.id === assets[1])?.assets[assets[2] as 'FORM'] ?? [];
      const { page, next } = paged(ids, url);
      return (
        may('campaigns', 'marketing.campaigns.read') ??
        ok({ results: page.map((id) => ({ id, name: this.lists.get(id)?.name ?? id })), ...next })
      );
    }
    const list = one(/^\/crm\/lists\/(\w+)\/memberships\/join-order$/);
    if (method === 'GET' && (list || /^\/crm\/lists\/?$/.test(path))) {
      const refused = may('lists', 'crm.lists.read');
      if (refused) return refused;
      if (!list) return ok({ lists: [] });
      const found = this.lists.get(list);
      if (!found) return error(404, `List ${list} does not exist.`, 'OBJECT_NOT_FOUND');
      const { page, next } = paged(found.members, url, 250);
      return ok({
        total: found.members.length,
        results: page.map(({ contact: recordId, since }) => ({ recordId, membershipTimestamp: new Date(since).toISOString() })),
        ...next,
      });
    }
    return error(404, `No route ${method} ${path}`);
  }

  /** By time and id, from the instant or the place that is asked for. */
  #occurrences(url: URL): Reply {
    const q = url.searchParams;
    if (q.get('eventType') !== 'e_visited_page') return error(400, 'The fake knows visited pages only.', 'VALIDATION_ERROR');
    const from = Date.parse(q.get('occurredAfter') ?? '') || 0;
    const limit = Number(q.get('limit') ?? 20);
    const place = (one: { at: number; id: string }) => `${String(one.at).padStart(15, '0')}|${one.id}`;
    const all = this.visits
      .filter((one) => one.at >= from && place(one) > (q.get('after') ?? ''))
      .sort((a, b) => (place(a) < place(b) ? -1 : 1));
    const page = all.slice(0, limit);
    return ok({
      results: page.map(({ id, contact, url: hs_url, title: hs_title, at }) => ({
        id,
        objectType: 'CONTACT',
        objectId: contact,
        eventType: 'e_visited_page',
        occurredAt: new Date(at).toISOString(),
        properties: { hs_url, hs_title },
      })),
      ...(all.length > limit && { paging: { next: { after: place(page.at(-1)!) } } }),
    });
  }

  /** Each object tells so many of what it is tied to, and where the next ones are. */
  #tied({ inputs }: { inputs: { id: string; after?: string }[] }, of: (id: string) => string[]): Reply {
    const results = inputs.flatMap(({ id, after = '0' }) => {
      const all = of(id);
      const from = Number(after);
      const to = all.slice(from, from + 500).map((one) => ({ toObjectId: Number(one), associationTypes: [] }));
      const more = all.length > from + 500 && { paging: { next: { after: String(from + 500) } } };
      return to.length === 0 ? [] : [{ from: { id }, to, ...more }];
    });
    return ok({ status: 'COMPLETE', results });
  }

  #limited(search: boolean): Reply | undefined {
    const now = this.now();
    const day = Math.floor(now / 86_400_000);
    if (this.#day.start !== day) this.#day = { start: day, used: 0 };
    if (++this.#day.used > this.limits.daily)
      return error(429, 'You have reached your daily limit.', 'RATE_LIMITS', { errorType: 'RATE_LIMIT', policyName: 'DAILY' });
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

  #table = (kind: Kind): Map<string, FakeObject> => this[kind];
  /** Everything that is not deleted, by a number. */
  #by(kind: Kind, order: 'id' | 'updatedAt'): FakeObject[] {
    const key = `${kind} ${order}`;
    let list = this.#sorted.get(key);
    if (!list) {
      const number = (o: FakeObject) => (order === 'id' ? Number(o.id) : o.updatedAt);
      list = [...this.#table(kind).values()]
        .filter((o) => !o.archived)
        .sort((a, b) => number(a) - number(b) || Number(a.id) - Number(b.id));
      this.#sorted.set(key, list);
    }
    return list;
  }

  #shown(object: FakeObject, properties: string[], history: string[], associations?: string): unknown {
    const { contacts = [] } = object as FakeObject & { contacts?: string[] };
    const pick = (names: string[]) => Object.fromEntries(names.map((n) => [n, object.properties[n] ?? null]));
    return {
      id: object.id,
      properties: pick([...new Set([...properties, 'hs_object_id', 'lastmodifieddate'])]),
      ...(history.length > 0 && { propertiesWithHistory: Object.fromEntries(history.map((n) => [n, object.history[n] ?? []])) }),
      ...(associations === 'contacts' && {
        associations: {
          contacts: {
            results: contacts.slice(0, 100).map((id) => ({ id, type: 'deal_to_contact' })),
            ...(contacts.length > 100 && { paging: { next: { after: contacts[99], link: '' } } }),
          },
        },
      }),
      createdAt: new Date(object.createdAt).toISOString(),
      updatedAt: new Date(object.updatedAt).toISOString(),
      archived: object.archived,
      ...(object.archived && object.archivedAt !== undefined && { archivedAt: new Date(object.archivedAt).toISOString() }),
    };
  }

  #list(kind: Kind, url: URL): Reply {
    const history = names(url.searchParams.get('propertiesWithHistory'));
    const limit = Number(url.searchParams.get('limit') ?? 10);
    if (limit > (history.length > 0 ? 50 : 100)) return error(400, `Limit ${limit} is too high.`, 'VALIDATION_ERROR');
    const after = Number(url.searchParams.get('after') ?? 0);
    const archived = url.searchParams.get('archived') === 'true';
    const all = archived ? [...this.#table(kind).values()].filter((o) => o.archived) : this.#by(kind, 'id');
    const from = firstAfter(all, (o) => Number(o.id) > after);
    const page = all.slice(from, from + limit);
    const shown = page.map((o) =>
      this.#shown(o, names(url.searchParams.get('properties')), history, url.searchParams.get('associations') ?? undefined),
    );
    return ok({ results: shown, ...(all.length > from + limit && { paging: { next: { after: page.at(-1)!.id } } }) });
  }

  #find(
    kind: Kind,
    input: {
      filterGroups?: { filters: { propertyName: string; operator: string; value: string }[] }[];
      sorts?: { propertyName: string; direction: string }[];
      properties?: string[];
      limit?: number;
      after?: string;
    },
  ): Reply {
    const after = Number(input.after ?? 0);
    const limit = input.limit ?? 10;
    if (limit > 200) return error(400, 'limit must be at most 200', 'VALIDATION_ERROR');
    if (after + limit > 10_000) return error(400, 'The requested page is beyond the first 10000 results.', 'VALIDATION_ERROR');
    const visible = this.now() - this.searchLag;
    const modified = modifiedIn[kind];
    const value = (o: FakeObject, name: string): number | string =>
      name === modified ? o.updatedAt : name === 'hs_object_id' ? Number(o.id) : (o.properties[name] ?? '');
    const holds = (o: FakeObject, f: { propertyName: string; operator: string; value: string }): boolean => {
      const is = value(o, f.propertyName);
      const want = typeof is === 'number' ? Number(f.value) : f.value;
      if (f.operator === 'EQ') return is === want;
      if (f.operator === 'GT') return is > want;
      if (f.operator === 'GTE') return is >= want;
      if (f.operator === 'CONTAINS_TOKEN')
        return String(is)
          .toLowerCase()
          .split(/[;\s]+/)
          .includes(f.value.toLowerCase());
      throw new Error(`The fake does not know the operator ${f.operator}.`);
    };
    const groups = input.filterGroups ?? [];
    const sort = input.sorts?.[0]?.propertyName ?? 'hs_object_id';
    if (sort !== 'hs_object_id' && sort !== modified) throw new Error(`The fake does not sort by ${sort}.`);
    const found = this.#by(kind, sort === modified ? 'updatedAt' : 'id').filter(
      (o) => o.updatedAt <= visible && (groups.length === 0 || groups.some((g) => g.filters.every((f) => holds(o, f)))),
    );
    const page = found.slice(after, after + limit);
    return ok({
      total: found.length,
      results: page.map((o) => this.#shown(o, input.properties ?? [], [])),
      ...(found.length > after + limit && { paging: { next: { after: String(after + limit) } } }),
    });
  }

  #batch(
    kind: Kind,
    input: { inputs?: { id: string }[]; properties?: string[]; propertiesWithHistory?: string[]; idProperty?: string },
  ): Reply {
    const inputs = input.inputs ?? [];
    if (inputs.length > ((input.propertiesWithHistory ?? []).length > 0 ? 50 : 100))
      return error(400, 'Too many inputs.', 'VALIDATION_ERROR');
    const found = new Map<string, FakeObject>();
    const missing: string[] = [];
    for (const { id } of inputs) {
      const object = kind === 'contacts' ? this.#contact(id, input.idProperty) : this[kind].get(id);
      if (object && !object.archived) found.set(object.id, object);
      else missing.push(id);
    }
    const results = [...found.values()].map((o) => this.#shown(o, input.properties ?? [], input.propertiesWithHistory ?? []));
    if (missing.length === 0) return ok({ status: 'COMPLETE', results });
    return {
      status: 207,
      body: {
        status: 'COMPLETE',
        results,
        numErrors: 1,
        errors: [
          {
            status: 'error',
            category: 'OBJECT_NOT_FOUND',
            message: 'Could not get some CONTACT objects, they may be deleted or not exist. Check that ids are valid.',
            context: { ids: missing },
          },
        ],
      },
    };
  }

  #contact(id: string, property?: string | null): FakeObject | undefined {
    if (property === 'email')
      return [...this.contacts.values()].find((c) => !c.archived && c.properties.email?.toLowerCase() === id.toLowerCase());
    let at = id;
    while (this.#mergedInto.has(at)) at = this.#mergedInto.get(at)!;
    const found = this.contacts.get(at);
    return found?.archived ? undefined : found;
  }

  #one(method: string, id: string, url: URL, input: { properties?: Record<string, string> }): Reply {
    const contact = this.#contact(id, url.searchParams.get('idProperty'));
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
      if (!this.stages.includes(wanted.lifecyclestage)) {
        const refused = [
          {
            isValid: false,
            message: `${wanted.lifecyclestage} was not one of the allowed options: [${this.stages.join(', ')}]`,
            error: 'INVALID_OPTION',
            name: 'lifecyclestage',
          },
        ];
        return error(400, `Property values were not valid: ${JSON.stringify(refused)}`, 'VALIDATION_ERROR');
      }
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
    const contact = to && this.#contact(to.to.id);
    if (to?.types[0]?.associationTypeId !== 202 || !contact) return error(400, 'The association is not valid.', 'VALIDATION_ERROR');
    const note: Note = { id: String(this.#nextId++), properties: input.properties, contact: contact.id };
    this.notes.set(note.id, note);
    return { status: 201, body: { id: note.id, properties: note.properties } };
  }

  #properties() {
    const options = (values: string[]) =>
      values.map((value, displayOrder) => ({ value, label: this.labels[value] ?? value, displayOrder, hidden: false }));
    return [
      { name: 'email', label: 'Email', type: 'string', fieldType: 'text' },
      { name: 'lifecyclestage', label: 'Lifecycle Stage', type: 'enumeration', fieldType: 'radio', options: options(this.stages) },
      {
        name: 'hs_lead_status',
        label: 'Lead Status',
        type: 'enumeration',
        fieldType: 'radio',
        options: options(['NEW', 'OPEN', 'IN_PROGRESS', 'OPEN_DEAL', 'UNQUALIFIED', 'ATTEMPTED_TO_CONTACT', 'CONNECTED', 'BAD_TIMING']),
      },
    ];
  }

  #mailsSorted: { of: FakeMailEvent[]; length: number; list: FakeMailEvent[] } = { of: [], length: 0, list: [] };
  #mailEvents(url: URL): Reply {
    const limit = Math.min(Number(url.searchParams.get('limit') ?? 100), 1000);
    const from = Number(url.searchParams.get('startTimestamp') ?? 0);
    const offset = Number(url.searchParams.get('offset') ?? 0);
    if (this.#mailsSorted.of !== this.mails || this.#mailsSorted.length !== this.mails.length)
      this.#mailsSorted = { of: this.mails, length: this.mails.length, list: [...this.mails].sort((a, b) => b.created - a.created) };
    const all = this.#mailsSorted.list;
    const end = firstAfter(all, (m) => m.created < from);
    return ok({ events: all.slice(offset, Math.min(end, offset + limit)), hasMore: end > offset + limit, offset: String(offset + limit) });
  }

  #submissions(form: string, url: URL): Reply {
    const limit = Number(url.searchParams.get('limit') ?? 20);
    if (limit > 50) return error(400, 'limit must be at most 50', 'VALIDATION_ERROR');
    const all = [...(this.forms.find((f) => f.id === form)?.submissions ?? [])].sort((a, b) => b.submittedAt - a.submittedAt);
    const { page, next } = paged(all, url, limit);
    return ok({
      results: page.map(({ conversionId, submittedAt, email, pageUrl }) => ({
        conversionId,
        submittedAt,
        values: [{ name: 'email', value: email, objectTypeId: '0-1' }],
        ...(pageUrl && { pageUrl }),
      })),
      ...next,
    });
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
/** The first place of a sorted list at which something holds, and from there on for ever. */
function firstAfter<T>(list: readonly T[], holds: (item: T) => boolean): number {
  let low = 0;
  for (let high = list.length; low < high; ) {
    const middle = (low + high) >> 1;
    if (holds(list[middle]!)) high = middle;
    else low = middle + 1;
  }
  return low;
}
function paged<T>(all: readonly T[], url: URL, most = 100): { page: T[]; next: object } {
  const limit = Math.min(Number(url.searchParams.get('limit') ?? most), most);
  const from = Number(url.searchParams.get('after') ?? 0);
  return {
    page: all.slice(from, from + limit),
    next: all.length > from + limit ? { paging: { next: { after: String(from + limit) } } } : {},
  };
}
