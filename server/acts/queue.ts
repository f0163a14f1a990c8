import { queue as route, type WireQueueItem } from '../../lib/contract/routes/leads.ts';
import type { Role } from '../../lib/funnel/words.ts';
import type { App } from '../http/app.ts';
import { findAgreement } from '../store/agreements.ts';
import { replies, unansweredFeedback } from './queue/feedback.ts';
import { owed, unanswered, waking } from './queue/leads.ts';
import { rejects, toSign, unseenDigests } from './queue/own.ts';

type Kind = WireQueueItem['kind'];

/** What each role sees; the order is that of deadlines, whatever the kind. */
const kindsOf: Record<Role, readonly Kind[]> = {
  rep: ['handoff', 'own', 'reply', 'digest'],
  marketer: ['feedback', 'waking', 'at_once', 'breach', 'agreement', 'digest'],
  manager: ['handoff', 'own', 'breach', 'agreement', 'reply', 'digest'],
  admin: ['rejects', 'digest'],
};

export function routes(app: App): void {
  app.handle(route, async (call) => {
    const { query, user, receivedAt, trx, workspace } = call;
    const kinds = kindsOf[user.role].filter((kind) => query.state === undefined || query.state === kind);
    const wants = (...some: Kind[]): boolean => some.some((kind) => kinds.includes(kind));
    const terms = await findAgreement(trx, workspace);
    const lists = [
      terms && wants('handoff', 'own') ? owed(call, terms, query.limit) : [],
      terms && wants('breach') ? unanswered(call, terms, query.limit) : [],
      terms && wants('waking', 'at_once') ? waking(call, terms, query.limit) : [],
      wants('feedback') ? unansweredFeedback(call, terms, query.limit) : [],
      wants('agreement') ? toSign(call) : [],
      wants('rejects') ? rejects(call) : [],
      wants('reply') ? replies(call, query.limit) : [],
      wants('digest') ? unseenDigests(call) : [],
    ];
    const items = (await Promise.all(lists)).flat().filter(({ kind }) => kinds.includes(kind));
    return { items: items.sort(byDeadline).slice(0, query.limit), asOf: receivedAt };
  });
}

const isNews = ({ kind }: WireQueueItem): boolean => kind === 'reply' || kind === 'digest';
const byDeadline = (a: WireQueueItem, b: WireQueueItem): number =>
  Number(isNews(a)) - Number(isNews(b)) ||
  (a.dueAt ? Date.parse(a.dueAt) : Number.POSITIVE_INFINITY) - (b.dueAt ? Date.parse(b.dueAt) : Number.POSITIVE_INFINITY) ||
  0;
