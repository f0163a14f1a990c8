import { createHmac } from 'node:crypto';
import { Fake, jsonIn, type Reply } from './reply.ts';

/**
 * Mautic's REST API as its documentation describes it, in memory: paging by start and limit, `where`, activity, stages,
 * campaigns and who is in them, users, notes, merged and deleted contacts, OAuth 2 with client credentials or a code and refresh tokens used once, webhooks. It knows the time by seconds, and a
 * contact that was never changed has no time of change.
 */
interface FakeContact {
  id: number;
  fields: Record<string, string>;
  owner?: { id: number; username: string; email: string; firstName: string; lastName: string };
  stage?: { id: number; name: string };
  dateAdded: number;
  dateModified: number | null;
}
/** A campaign with the mails that it sends and the forms that lead into it. */
interface FakeCampaign {
  id: number;
  name: string;
  mails: number[];
  forms: number[];
}
interface FakeMember {
  campaign_id: number;
  lead_id: number;
  date_added: number;
  manually_removed: boolean;
  rotation: number;
}
interface FakeEvent {
  contact: number;
  event: string;
  eventId: string;
  label: string;
  at: number;
  details?: Record<string, unknown>;
}

export class FakeMautic extends Fake {
  user = { name: 'baton', password: 'secret' };
  client = { id: 'public', secret: 'private' };
  secret = 'hook-secret';
  contacts = new Map<number, FakeContact>();
  stages = [
    { id: 1, name: 'Lead', weight: 10 },
    { id: 2, name: 'MQL', weight: 20 },
    { id: 3, name: 'SQL', weight: 30 },
  ];
  /** Fields of contacts; what can be chosen in one is kept in any of several shapes. */
  fields: { alias: string; label: string; type: string; properties?: unknown }[] = [
    { alias: 'email', label: 'Email', type: 'email' },
    { alias: 'linkedin', label: 'LinkedIn', type: 'text' },
  ];
  events: FakeEvent[] = [];
  notes: { id: number; lead: number; text: string }[] = [];
  campaigns: FakeCampaign[] = [];
  members: FakeMember[] = [];
  /** Users beside those who own a contact. */
  users: NonNullable<FakeContact['owner']>[] = [];
  apiEnabled = true;
  /** What the connected user may not see: paths. */
  forbidden = new Set<string>();
  #next = 1;
  #mergedInto = new Map<number, number>();
  #tokens = new Map<string, number>();
  #codes = new Map<string, string>();
  #refresh = new Set<string>();
  #sorted: { length: number; list: FakeEvent[] } = { length: -1, list: [] };
  #byId: FakeContact[] | undefined;
  #perContact: { length: number; of: Map<number, FakeEvent[]> } = { length: -1, of: new Map() };

  put(fields: Record<string, string>, more: Partial<FakeContact> = {}): FakeContact {
    const id = more.id ?? this.#next++;
    const old = this.contacts.get(id);
    const contact: FakeContact = {
      ...old,
      id,
      dateAdded: old?.dateAdded ?? this.now(),
      ...more,
      fields: { ...old?.fields, ...fields },
      dateModified: old ? this.now() : null,
    };
    this.contacts.set(id, contact);
    this.#byId = undefined;
    return contact;
  }

  /** Somebody moves a contact to a stage. */
  move(contact: FakeContact, name: string): void {
    const stage = this.stages.find((s) => s.name === name)!;
    if (this.contacts.get(contact.id)?.stage?.id === stage.id) return;
    this.put({}, { id: contact.id, stage: { id: stage.id, name: stage.name } });
    this.did(contact, 'stage.changed', stage.name);
  }

  did(contact: FakeContact, event: string, label: string, details?: Record<string, unknown>): void {
    this.events.push({ contact: contact.id, event, eventId: `${event}${this.#next++}`, label, at: this.now(), details });
  }

  campaign(name: string, has: { mails?: number[]; forms?: number[] } = {}): FakeCampaign {
    const made = { id: this.#next++, name, mails: has.mails ?? [], forms: has.forms ?? [] };
    this.campaigns.push(made);
    return made;
  }
  /** A contact comes into a campaign, or goes through it once more. */
  join(contact: FakeContact, campaign: FakeCampaign): void {
    const old = this.#memberOf(contact, campaign);
    if (old) Object.assign(old, { date_added: this.now(), manually_removed: false, rotation: old.rotation + 1 });
    else this.members.push({ campaign_id: campaign.id, lead_id: contact.id, date_added: this.now(), manually_removed: false, rotation: 1 });
  }
  leave(contact: FakeContact, campaign: FakeCampaign): void {
    this.#memberOf(contact, campaign)!.manually_removed = true;
  }
  #memberOf(contact: FakeContact, campaign: FakeCampaign): FakeMember | undefined {
    return this.members.find((one) => one.campaign_id === campaign.id && one.lead_id === contact.id);
  }

  remove(id: number): void {
    this.contacts.delete(id);
    this.members = this.members.filter((one) => one.lead_id !== id);
    this.#byId = undefined;
  }
  merge(from: number, into: number): void {
    for (const one of this.members)
      if (one.lead_id === from && !this.members.some((other) => other.lead_id === into && other.campaign_id === one.campaign_id))
        one.lead_id = into;
    this.remove(from);
    this.#mergedInto.set(from, into);
    for (const event of this.events) if (event.contact === from) event.contact = into;
    this.put({}, { id: into });
  }
  endTokens(): void {
    this.#tokens.clear();
  }
  /** A code as Mautic's consent page would send it to the redirect address. */
  consent(authorize: string): { code: string; state: string; redirect: string } {
    const url = new URL(authorize);
    const q = url.searchParams;
    if (!url.pathname.endsWith('/oauth/v2/authorize') || q.get('client_id') !== this.client.id || q.get('response_type') !== 'code')
      throw new Error('Mautic shows an error page.');
    const code = `code-${this.#next++}`;
    const redirect = q.get('redirect_uri') ?? '';
    this.#codes.set(code, redirect);
    return { code, state: q.get('state') ?? '', redirect };
  }
  /** Somebody withdraws what they allowed. */
  revoke(): void {
    this.#tokens.clear();
    this.#refresh.clear();
  }

  /** A webhook request as Mautic signs it: over the body alone, without a time. */
  sign(body: string): Record<string, string> {
    return { 'webhook-signature': createHmac('sha256', this.secret).update(body).digest('base64') };
  }

  protected told(status: number): Reply {
    return error(status, 'The fake was told so.');
  }

  protected answer(method: string, url: URL, headers: Record<string, string>, text: string): Reply {
    if (method === 'POST' && url.pathname === '/oauth/v2/token') return this.#token(new URLSearchParams(text));
    if (!this.apiEnabled) return error(403, 'API disabled. You need to enable the API in the API settings of your Mautic Configuration.');
    const basic = `Basic ${Buffer.from(`${this.user.name}:${this.user.password}`).toString('base64')}`;
    const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? '';
    if (headers.authorization !== basic && (this.#tokens.get(token) ?? 0) <= this.now())
      return token ? error(401, 'The access token provided is invalid.') : error(401, 'API authorization denied.');
    const body = jsonIn(text);
    const path = url.pathname.replace(/^\/api/, '');
    const q = url.searchParams;
    const start = Number(q.get('start') ?? 0);
    const limit = Number(q.get('limit') ?? 30);
    if (method === 'GET' && path === '/contacts') return this.#list(q, start, limit);
    if (method === 'GET' && path === '/contacts/activity') return this.#activity(q, this.#events());
    if (this.forbidden.has(path)) return error(403, 'You do not have access to the requested area/action.');
    if (method === 'GET' && path === '/stages') return ok({ total: this.stages.length, stages: this.stages.slice(start, start + limit) });
    if (method === 'GET' && path === '/campaigns') return this.#listCampaigns(start, limit);
    if (method === 'GET' && path === '/users') {
      const users = this.#users();
      return ok({ total: users.length, users: users.slice(start, start + limit) });
    }
    if (method === 'GET' && path === '/stats/campaign_leads') return this.#listMembers(q, start, limit);
    if (method === 'GET' && path === '/contacts/list/fields')
      return ok(Object.fromEntries(this.fields.map((field, i) => [i + 1, { id: i + 1, properties: [], ...field }])));
    const one = /^\/contacts\/(\d+)(?:\/(edit|notes|activity))?$/.exec(path);
    const contact = one && this.contacts.get(this.#survivor(Number(one[1])));
    if (one && !contact) return error(404, 'Item was not found.');
    if (contact && method === 'GET' && one[2] === undefined) return ok({ contact: this.#shown(contact) });
    if (contact && method === 'GET' && one[2] === 'activity') return this.#activity(q, this.#eventsOf(contact.id));
    if (contact && method === 'GET' && one[2] === 'notes') {
      const notes = this.notes.filter((n) => n.lead === contact.id);
      return ok({ total: notes.length, notes });
    }
    if (contact && method === 'PATCH' && one[2] === 'edit') {
      this.put(body as Record<string, string>, { id: contact.id });
      return ok({ contact: this.#shown(contact) });
    }
    const add = /^\/stages\/(\d+)\/contact\/(\d+)\/add$/.exec(path);
    if (add && method === 'POST') {
      const stage = this.stages.find((s) => s.id === Number(add[1]));
      const to = this.contacts.get(this.#survivor(Number(add[2])));
      if (!stage || !to) return error(404, 'Item was not found.');
      this.move(to, stage.name);
      return ok({ success: 1 });
    }
    if (method === 'POST' && path === '/notes/new') {
      const note = { id: this.#next++, lead: Number(body.lead), text: String(body.text) };
      if (!this.contacts.has(note.lead)) return error(400, 'lead: This value is not valid.');
      this.notes.push(note);
      return { status: 201, body: { note } };
    }
    return error(404, `No route ${method} ${path}`);
  }

  #survivor(id: number): number {
    const into = this.#mergedInto.get(id);
    return into === undefined ? id : this.#survivor(into);
  }

  #token(form: URLSearchParams): Reply {
    if (form.get('client_id') !== this.client.id || form.get('client_secret') !== this.client.secret)
      return { status: 400, body: { error: 'invalid_client', error_description: 'The client credentials are invalid' } };
    const no = (error_description: string): Reply => ({ status: 400, body: { error: 'invalid_grant', error_description } });
    const grant = form.get('grant_type');
    if (grant === 'authorization_code') {
      const redirect = this.#codes.get(form.get('code') ?? '');
      this.#codes.delete(form.get('code') ?? '');
      if (redirect === undefined) return no("Code doesn't exist or is invalid for the client");
      if (redirect !== form.get('redirect_uri')) return no('The redirect URI is missing or do not match');
    } else if (grant === 'refresh_token') {
      if (!this.#refresh.delete(form.get('refresh_token') ?? '')) return no('Invalid refresh token');
    } else if (grant !== 'client_credentials')
      return { status: 400, body: { error: 'unsupported_grant_type', error_description: 'Invalid grant_type parameter' } };
    const token = `token-${this.#next++}`;
    this.#tokens.set(token, this.now() + 3600_000);
    const refresh = `refresh-${this.#next++}`;
    if (grant !== 'client_credentials') this.#refresh.add(refresh);
    return ok({
      access_token: token,
      expires_in: 3600,
      token_type: 'bearer',
      ...(grant !== 'client_credentials' && { refresh_token: refresh }),
    });
  }

  #users(): NonNullable<FakeContact['owner']>[] {
    const all = [...this.users, ...[...this.contacts.values()].flatMap(({ owner }) => owner ?? [])];
    return [...new Map(all.map((one) => [one.id, one])).values()].sort((a, b) => a.id - b.id);
  }

  #listCampaigns(start: number, limit: number): Reply {
    const shown = this.campaigns.slice(start, start + limit).map(({ id, name, mails, forms }) => {
      const events = mails.map((email, i) => [i + 1, { id: i + 1, type: 'email.send', eventType: 'action', properties: { email } }]);
      return [
        id,
        {
          id,
          name,
          isPublished: true,
          events: Object.fromEntries(events),
          forms: forms.map((form) => ({ id: form, name: `Form ${form}` })),
        },
      ];
    });
    return ok({ total: this.campaigns.length, campaigns: Object.fromEntries(shown) });
  }

  /** Rows of the table as the database has them: everything text, and times in UTC without saying so. */
  #listMembers(q: URLSearchParams, start: number, limit: number): Reply {
    let rows = this.members.filter((one) => this.contacts.has(one.lead_id));
    for (let i = 0; q.has(`where[${i}][col]`); i++) {
      const [col, expr, val] = ['col', 'expr', 'val'].map((part) => q.get(`where[${i}][${part}]`)!);
      if (col === 'date_added' && expr === 'gte') rows = rows.filter((one) => seconds(one.date_added) >= `${val!.replace(' ', 'T')}+00:00`);
      else if (col === 'manually_removed' && expr === 'eq') rows = rows.filter((one) => Number(one.manually_removed) === Number(val));
      else throw new Error(`The fake does not know ${col} ${expr}.`);
    }
    const order = [...Array(5).keys()].flatMap((i) => q.get(`order[${i}][col]`) ?? []);
    const value = (one: FakeMember, col: string) =>
      col === 'date_added' ? Math.floor(one.date_added / 1000) : Number(one[col as 'lead_id']);
    rows.sort((a, b) => order.map((col) => value(a, col) - value(b, col)).find((difference) => difference !== 0) ?? 0);
    const stats = rows.slice(start, start + limit).map((one) => ({
      campaign_id: String(one.campaign_id),
      lead_id: String(one.lead_id),
      date_added: seconds(one.date_added).slice(0, 19).replace('T', ' '),
      manually_removed: one.manually_removed ? '1' : '0',
      manually_added: '0',
      rotation: String(one.rotation),
      date_last_exited: null,
    }));
    return ok({ total: String(rows.length), stats });
  }

  #shown(c: FakeContact) {
    const { email: _, ...owner } = c.owner ?? { email: '' };
    return {
      id: c.id,
      dateAdded: seconds(c.dateAdded),
      dateModified: c.dateModified === null ? null : seconds(c.dateModified),
      // A contact names its owner without an address.
      owner: c.owner ? owner : null,
      stage: c.stage ?? null,
      fields: { all: { id: c.id, ...c.fields } },
    };
  }

  #list(q: URLSearchParams, start: number, limit: number): Reply {
    const wheres = [...Array(5).keys()].flatMap((i) =>
      q.get(`where[${i}][col]`)
        ? [{ col: q.get(`where[${i}][col]`)!, expr: q.get(`where[${i}][expr]`)!, val: q.get(`where[${i}][val]`)! }]
        : [],
    );
    const second = (ms: number) => Math.floor(ms / 1000) * 1000;
    const value = (c: FakeContact, col: string): string | number | null =>
      col === 'date_modified' ? (c.dateModified === null ? null : second(c.dateModified)) : col === 'id' ? c.id : (c.fields[col] ?? '');
    this.#byId ??= [...this.contacts.values()].sort((a, b) => a.id - b.id);
    const rows = this.#byId.filter((c) =>
      wheres.every(({ col, expr, val }) => {
        const is = value(c, col);
        // Dates are compared in seconds and in UTC; what is not there is neither before nor after.
        const want = col === 'date_modified' ? Date.parse(`${val.replace(' ', 'T')}Z`) : col === 'id' ? Number(val) : val;
        if (is === null) return false;
        if (expr === 'eq') return String(is).toLowerCase() === String(want).toLowerCase();
        if (expr === 'gt') return is > want;
        if (expr === 'gte') return is >= want;
        throw new Error(`The fake does not know ${expr}.`);
      }),
    );
    const order = q.get('orderBy') ?? 'id';
    if (order !== 'id')
      rows.sort((a, b) =>
        (value(a, order) ?? 0) < (value(b, order) ?? 0) ? -1 : (value(a, order) ?? 0) > (value(b, order) ?? 0) ? 1 : a.id - b.id,
      );
    return ok({
      total: String(rows.length),
      contacts: Object.fromEntries(rows.slice(start, start + limit).map((c) => [c.id, this.#shown(c)])),
    });
  }

  #events(): FakeEvent[] {
    if (this.#sorted.length !== this.events.length)
      this.#sorted = { length: this.events.length, list: [...this.events].sort((a, b) => a.at - b.at) };
    return this.#sorted.list;
  }
  #eventsOf(contact: number): FakeEvent[] {
    if (this.#perContact.length !== this.events.length)
      this.#perContact = { length: this.events.length, of: Map.groupBy(this.#events(), (e) => e.contact) };
    return (this.#perContact.of.get(contact) ?? []).filter((e) => e.contact === contact);
  }

  #activity(q: URLSearchParams, events: readonly FakeEvent[]): Reply {
    const from = q.get('filters[dateFrom]');
    const since = from ? Date.parse(`${from.replace(' ', 'T')}Z`) : 0;
    const wanted = [...Array(20).keys()].flatMap((i) => q.get(`filters[includeEvents][${i}]`) ?? []);
    const limit = Number(q.get('limit') ?? 25);
    const page = Number(q.get('page') ?? 1);
    let first = 0;
    for (let high = events.length; first < high; ) {
      const middle = (first + high) >> 1;
      if (events[middle]!.at >= since) high = middle;
      else first = middle + 1;
    }
    const down = q.get('order[1]') === 'DESC';
    const want = (e: FakeEvent) => wanted.length === 0 || wanted.includes(e.event);
    const shown: FakeEvent[] = [];
    let seen = 0;
    for (let i = down ? events.length - 1 : first; down ? i >= first : i < events.length; i += down ? -1 : 1) {
      if (!want(events[i]!) || seen++ < (page - 1) * limit) continue;
      shown.push(events[i]!);
      if (shown.length === limit) break;
    }
    return ok({
      page,
      limit,
      events: shown.map((e) => ({
        event: e.event,
        eventId: e.eventId,
        eventLabel: e.label,
        timestamp: seconds(e.at),
        contactId: e.contact,
        details: e.details ?? {},
      })),
    });
  }
}

const seconds = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}+00:00`;
const ok = (body: unknown): Reply => ({ status: 200, body });
const error = (status: number, message: string): Reply => ({ status, body: { errors: [{ code: status, message, details: {} }] } });
