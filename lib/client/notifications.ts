import type { Card } from '../contract/card.ts';
import { type Area, item } from './area.ts';
import type { Words } from './words.ts';

/**
 * Three things are worth interrupting somebody for: a hand-off came to me, my feedback was answered, the period's report
 * is out. Each is said once, whatever happens to the worker, and nothing when the user has switched it off.
 */
export interface Notifications {
  /** A card changed: `before` as it was here, `after` as it is. */
  came(before: Card | undefined, after: Card): Promise<void>;
  /** `period` as reports name it, for example `2026-W47`. */
  reportOut(period: string): Promise<void>;
}
export interface NotificationsWorld {
  local: Area;
  me(): Promise<string | undefined>;
  on(): Promise<boolean>;
  words(): Promise<Words>;
  /** Shows one; `id` replaces an earlier one of the same id. */
  show(id: string, title: string, body: string): Promise<unknown>;
}

const remembered = 300;

export function notifications({ local, me, on, words, show }: NotificationsWorld): Notifications {
  const said = item<string[]>(local, 'notified');

  async function once(id: string, text: (say: Words) => { title: string; body: string }): Promise<void> {
    const before = (await said.get()) ?? [];
    if (before.includes(id)) return;
    await said.set([...before, id].slice(-remembered));
    if (!(await on())) return;
    const { title, body } = text(await words());
    await show(id, title, body);
  }

  return {
    async came(before, after) {
      const mine = await me();
      const { handoff } = after;
      if (handoff?.state === 'waiting' && mine !== undefined && handoff.toId === mine) {
        const same = before?.handoff?.id === handoff.id && before.handoff.toId === mine;
        if (!same)
          await once(`handoff ${handoff.id}`, ({ notifyHandoff }) => ({
            title: notifyHandoff.title,
            body: notifyHandoff.body(after.person.name),
          }));
      }
      if (!before) return;
      for (const feedback of after.feedback) {
        if (!feedback.byMe) continue;
        const known = before.feedback.find((one) => one.id === feedback.id)?.replies.length ?? 0;
        const newest = feedback.replies[feedback.replies.length - 1];
        if (newest && feedback.replies.length > known)
          await once(`reply ${feedback.id} ${newest.at}`, ({ notifyReply }) => ({
            title: notifyReply.title,
            body: notifyReply.body(after.person.name),
          }));
      }
    },
    reportOut: (period) => once(`report ${period}`, ({ notifyReport }) => ({ title: notifyReport.title, body: notifyReport.body(period) })),
  };
}
