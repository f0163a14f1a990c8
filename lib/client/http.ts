import { v7 } from 'uuid';
import type { QueueItem } from '../bridge/scene.ts';
import type { Act } from '../contract/act.ts';
import { card as cardShape } from '../contract/card.ts';
import { routes } from '../contract/index.ts';
import { getAgreement } from '../contract/routes/agreement.ts';
import { cardsBatch, cardsFeed } from '../contract/routes/cards.ts';
import { giveFeedback, replyToFeedback } from '../contract/routes/feedback.ts';
import { addLead, decide, queue, tie, untie, type WireQueueItem } from '../contract/routes/leads.ts';
import { history, lead, search, touches } from '../contract/routes/leads-read.ts';
import { leadset, leadsetKey } from '../contract/routes/leadset.ts';
import { changeMe, me } from '../contract/routes/me.ts';
import { users } from '../contract/routes/users.ts';
import { z } from '../contract/z.ts';
import { LeadSetError, mediaType } from '../funnel/leadset.ts';
import { verdicts } from '../funnel/words.ts';
import { type Api, Unreadable } from './api.ts';
import { idOfUser, type Outcome } from './outbox/outbox.ts';
import { SessionTrouble } from './session/world.ts';
import { siteIds } from './settings.ts';
import { Offline, Refused, SignedOut } from './trouble.ts';
import type { Wire } from './wire.ts';

/** The wire over HTTP. What the contract says about each call stands there and not here. */
export function httpWire(api: Api, backend: () => Promise<string | undefined>): Wire {
  return {
    async me() {
      const { id, name, email, role, team, workspace, settings, agreement } = await api.call(me);
      return {
        me: { id, name, email, role, team, workspace: workspace.name, backend: (await backend()) ?? '' },
        workspace: workspace.id,
        sample: workspace.sample ?? false,
        scope: settings.cards,
        ownDomains: settings.ownDomains,
        sitesOff: siteIds.filter((site) => settings.sitesOff?.includes(site)),
        ...(settings.language && { language: settings.language }),
        agreement,
      };
    },
    async tellLanguage(language) {
      await api.call(changeMe, { body: { language } });
    },
    agreement: async () => (await api.call(getAgreement, { query: {} })).agreement,
    users: async () => (await api.call(users, { query: {} })).items.map(({ team, ...user }) => ({ ...user, team: team?.name })),
    queue: async () => (await api.call(queue, { query: {} })).items.map(queueItem),
    leadsetKey: () => api.call(leadsetKey),
    async leadset(query) {
      try {
        const response = await api.raw(leadset, { query, accept: mediaType });
        return response.status === 204 ? 'unchanged' : await bounded(response, 64_000_000);
      } catch (error) {
        if (error instanceof Refused && (error.status === 410 || error.status === 404)) return 'gone';
        throw error;
      }
    },
    cards: async (kid, tags) => (await api.call(cardsBatch, { body: { kid, tags } })).items,
    feed: ({ since, scope }) => api.call(cardsFeed, { query: { since, scope, limit: 200 } }),
    lead: (id) => api.call(lead, { params: { id } }),
    touches: (id, query) => api.call(touches, { params: { id }, query }),
    history: async (id) => (await api.call(history, { params: { id }, query: {} })).items,
    search: async (q) => (await api.call(search, { query: { q } })).items,

    async send({ id, user, act }) {
      try {
        return { is: 'done', card: await carried(api, { key: id, as: idOfUser(user) }, act) };
      } catch (error) {
        // It was applied, and only the card that tells of it is beyond this version.
        if (error instanceof Unreadable && cardOfLead.safeParse(error.answer).data?.card.id === act.lead) return { is: 'done' };
        return outcomeOf(error);
      }
    },

    async any({ route: name, params, query, body, accept }) {
      const route = Object.hasOwn(routes, name) ? routes[name] : undefined;
      try {
        if (!route || route.by === 'public' || route.by === 'write-key') throw refused(404, 'not-found', `There is no call “${name}”.`);
        if (isAct(name)) throw refused(403, 'forbidden', `“${name}” is an act, and acts go through the outbox.`);
        const response = await api.raw(route, {
          params: params as never,
          query: query as never,
          body: body as never,
          accept,
          ...(route.operation ? { key: v7() } : {}),
        });
        const type = response.headers.get('content-type') ?? '';
        const isJson = /\bjson\b/.test(type);
        const answer = response.status === 204 ? undefined : isJson ? await response.json() : await response.text();
        return { status: response.status, body: answer, type };
      } catch (error) {
        // The pages show these themselves, each in its place.
        if (error instanceof Refused) return { status: error.status, body: error.problem, type: 'application/problem+json' };
        throw error;
      }
    },
  };
}

const cardOfLead = z.object({ card: z.object({ id: z.string() }) });

/** What goes through the outbox goes nowhere else. */
const isAct = (name: string): boolean => ['addLead', 'decide', 'tie', 'untie', 'giveFeedback', 'replyToFeedback'].includes(name);

const refused = (status: number, code: string, detail: string) =>
  new Refused(status, { type: `urn:baton:problem:${code}`, title: detail, status, detail });

async function carried(api: Api, how: { key: string; as: string }, act: Act) {
  switch (act.kind) {
    case 'decision':
      return (await api.call(decide, { params: { id: act.lead }, body: act.body, ...how })).card;
    case 'feedback':
      return (await api.call(giveFeedback, { params: { id: act.lead }, body: act.body, ...how })).card;
    case 'reply':
      return (await api.call(replyToFeedback, { params: { id: act.feedback }, body: act.body, ...how })).card;
    case 'tie':
      return (await api.call(tie, { params: { id: act.lead }, body: act.body, ...how })).card;
    case 'untie':
      return (await api.call(untie, { params: { id: act.lead, keyId: act.key }, ...how })).card;
    case 'add':
      return (await api.call(addLead, { body: act.body, ...how })).card;
  }
}

/** What an answer means for the act that met it. Whatever may pass is tried again; a refusal is the user's to deal with. */
export function outcomeOf(error: unknown): Outcome {
  if (error instanceof SignedOut) return { is: 'stopped' };
  if (error instanceof SessionTrouble || error instanceof Offline) return { is: 'stopped' };
  if (!(error instanceof Refused)) return { is: 'later' };
  const { status, problem, retryAfter, code } = error;
  // 401: the session could not renew its token just now. 425: the act it builds on has not arrived.
  if (status === 401) return { is: 'stopped' };
  if (status === 408 || status === 425 || status === 429 || status >= 500) return { is: 'later', asked: retryAfter };
  const card = cardShape.safeParse(problem.card);
  return {
    is: 'refused',
    code: code || String(status),
    sentence: problem.detail ?? problem.errors?.map(({ detail }) => detail).join(' ') ?? problem.title,
    ...(card.success && { card: card.data }),
    ...(problem.moved && { moved: problem.moved }),
    ...(problem.refusal && { refusal: problem.refusal }),
  };
}

const saidOf = ({ id, by, verdict, campaign }: NonNullable<WireQueueItem['feedback']>): QueueItem['feedback'] => ({
  id,
  by,
  campaign,
  verdict: verdicts.find((known) => known === verdict),
});

export function queueItem(one: WireQueueItem): QueueItem {
  const {
    kind,
    lead,
    person,
    stage,
    clock,
    dueAt,
    why,
    returned,
    holder,
    team,
    reason,
    wakesOn,
    feedback,
    agreement,
    count,
    reply,
    period,
  } = one;
  return {
    lead: lead ?? '',
    kind,
    title: person?.name ?? '',
    company: person?.company,
    subtitle: feedback ? (feedback.note ?? '') : (why ?? [person?.title, person?.company].filter(Boolean).join(' · ')),
    stage,
    clock,
    dueAt,
    feedback: feedback && saidOf(feedback),
    returned,
    holder,
    team,
    reason,
    wakesOn,
    agreement,
    count,
    reply,
    period,
  };
}

/** The body, as long as it is no longer than `most` bytes. */
async function bounded(response: Response, most: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  const reader = response.body?.getReader();
  for (;;) {
    const part = await reader?.read().catch((error: unknown) => {
      throw new Offline(String(error));
    });
    if (!part || part.done) break;
    length += part.value.length;
    if (length > most) {
      await reader?.cancel();
      throw new LeadSetError('too-many', 'The lead set is longer than a lead set can be.');
    }
    parts.push(part.value);
  }
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
