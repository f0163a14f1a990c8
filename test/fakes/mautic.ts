import { createHmac } from 'node:crypto';
import type { Answer, Call, Outgoing } from '../../server/outgoing/request.ts';

/** Mautic's REST API as its documentation describes it, in memory: paging by start and limit, `where`, activity, stages, notes, webhooks. */
interface FakeContact {
  id: number;
  fields: Record<string, string>;
  owner?: { id: number; username: string; email: string; firstName: string; lastName: string };
  stage?: { id: number; name: string };
  dateAdded: number;
  dateModified: number;
}
interface FakeEvent {
  contact: number;
  event: string;
  eventId: string;
  label: string;
  at: number;
  details?: Record<string, unknown>;
}
interface Reply {
  status: number;
  body?: unknown;
}

export class FakeMautic {
  user = { name: 'baton', password: 'secret' };
  secret = 'hook-secret';
  contacts = new Map<number, FakeContact>();
  stages = [
    { id: 1, name: 'Lead', weight: 10 },
    { id: 2, name: 'MQL', weight: 20 },
    { id: 3, name: 'SQL', weight: 30 },
  ];
  events: FakeEvent[] = [];
  notes: { id: number; lead: number; text: string }[] = [];
  requests: { method: string; path: string; status: number }[] = [];
  trouble: (number | 'drop' | undefined)[] = [];
  apiEnabled = true;
  now: () => number;
  #next = 1;

  constructor(now: () => number = Date.now) {
    this.now = now;
  }

  put(fields: Record<string, string>, more: Partial<FakeContact> = {}): FakeContact {
    const id = more.id ?? this.#next++;
    const old = this.contacts.get(id);
    const contact: FakeContact = {
      ...old,
      id,
      dateAdded: old?.dateAdded ?? this.now(),
      ...more,
      fields: { ...old?.fields, ...fields },
      dateModified: this.now(),
    };
    this.contacts.set(id, contact);
    return contact;
  }

  did(contact: FakeContact, event: string, label: string, details?: Record<string, unknown>): void {
    this.events.push({ contact: contact.id, event, eventId: `${event}${this.#next++}`, label, at: this.now(), details });
  }

  outgoing: Outgoing = async (url: string, call: Call = {}): Promise<Answer> => {
    const next = this.trouble.shift();
    const address = new URL(url);
    const reply =
      typeof next === 'number'
        ? error(next, 'The fake was told so.')
        : this.#answer(call.method ?? 'GET', address, call.headers ?? {}, call.body === undefined ? {} : JSON.parse(String(call.body)));
    this.requests.push({ method: call.method ?? 'GET', path: address.pathname, status: reply.status });
    if (next === 'drop') throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
    return { status: reply.status, headers: {}, body: Buffer.from(JSON.stringify(reply.body ?? {})) };
  };

  /** A webhook request as Mautic signs it: over the body alone, without a time. */
  sign(body: string): Record<string, string> {
    return { 'webhook-signature': createHmac('sha256', this.secret).update(body).digest('base64') };
  }

  #answer(method: string, url: URL, headers: Record<string, string>, body: Record<string, unknown>): Reply {
    if (!this.apiEnabled) return error(403, 'API disabled. You need to enable the API in the API settings of your Mautic Configuration.');
    if (headers.authorization !== `Basic ${Buffer.from(`${this.user.name}:${this.user.password}`).toString('base64')}`)
      return error(401, 'API authorization denied.');
    const path = url.pathname.replace(/^\/api/, '');
    const q = url.searchParams;
    const start = Number(q.get('start') ?? 0);
    const limit = Number(q.get('limit') ?? 30);
    if (method === 'GET' && path === '/contacts') return this.#list(q, start, limit);
    if (method === 'GET' && path === '/contacts/activity') return this.#activity(q);
    if (method === 'GET' && path === '/stages') return ok({ total: this.stages.length, stages: this.stages });
    if (method === 'GET' && path === '/contacts/list/fields')
      return ok([
        { alias: 'email', label: 'Email', type: 'email' },
        { alias: 'linkedin', label: 'LinkedIn', type: 'text' },
      ]);
    if (method === 'GET' && path === '/contacts/list/owners') return ok([]);
    const one = /^\/contacts\/(\d+)(?:\/(edit|notes))?$/.exec(path);
    const contact = one && this.contacts.get(Number(one[1]));
    if (one && !contact) return error(404, 'Item was not found.');
    if (contact && method === 'GET' && one[2] === undefined) return ok({ contact: this.#shown(contact) });
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
      const to = this.contacts.get(Number(add[2]));
      if (!stage || !to) return error(404, 'Item was not found.');
      if (to.stage?.id !== stage.id) {
        this.put({}, { id: to.id, stage: { id: stage.id, name: stage.name } });
        this.did(to, 'stage.changed', stage.name);
      }
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

  #shown(c: FakeContact) {
    return {
      id: c.id,
      dateAdded: new Date(c.dateAdded).toISOString(),
      dateModified: new Date(c.dateModified).toISOString(),
      owner: c.owner ?? null,
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
    const value = (c: FakeContact, col: string): string | number =>
      col === 'date_modified' ? c.dateModified : col === 'id' ? c.id : (c.fields[col] ?? '');
    const rows = [...this.contacts.values()].filter((c) =>
      wheres.every(({ col, expr, val }) => {
        const is = value(c, col);
        // Dates are compared in seconds and in UTC.
        const want = col === 'date_modified' ? Date.parse(`${val.replace(' ', 'T')}Z`) : col === 'id' ? Number(val) : val;
        if (expr === 'eq') return String(is).toLowerCase() === String(want).toLowerCase();
        if (expr === 'gt') return is > want;
        if (expr === 'gte') return is >= want;
        throw new Error(`The fake does not know ${expr}.`);
      }),
    );
    const order = q.get('orderBy') ?? 'id';
    rows.sort((a, b) => (value(a, order) < value(b, order) ? -1 : value(a, order) > value(b, order) ? 1 : a.id - b.id));
    return ok({
      total: String(rows.length),
      contacts: Object.fromEntries(rows.slice(start, start + limit).map((c) => [c.id, this.#shown(c)])),
    });
  }

  #activity(q: URLSearchParams): Reply {
    const from = q.get('filters[dateFrom]');
    const wanted = [...Array(20).keys()].flatMap((i) => q.get(`filters[includeEvents][${i}]`) ?? []);
    const limit = Number(q.get('limit') ?? 25);
    const page = Number(q.get('page') ?? 1);
    const all = this.events
      .filter((e) => (from ? e.at >= Date.parse(`${from.replace(' ', 'T')}Z`) : true) && (wanted.length === 0 || wanted.includes(e.event)))
      .sort((a, b) => a.at - b.at);
    if (q.get('order[1]') === 'DESC') all.reverse();
    return ok({
      total: all.length,
      page,
      limit,
      maxPages: Math.ceil(all.length / limit),
      events: all.slice((page - 1) * limit, page * limit).map((e) => ({
        event: e.event,
        eventId: e.eventId,
        eventLabel: e.label,
        timestamp: new Date(e.at).toISOString(),
        contactId: e.contact,
        details: e.details ?? {},
      })),
    });
  }
}

const ok = (body: unknown): Reply => ({ status: 200, body });
const error = (status: number, message: string): Reply => ({ status, body: { errors: [{ code: status, message, details: {} }] } });
