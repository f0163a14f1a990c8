import type { Language, Me, Scene } from '../bridge/scene.ts';
import type { Card } from '../contract/card.ts';
import { clockAt } from '../funnel/clock.ts';
import { stagesIn } from '../funnel/names.ts';
import type { Part, Stage } from '../funnel/words.ts';

/** What the toolbar's icon says: the stage of the lead in focus; otherwise how many wait for me, as in the popup. */
export interface Badge {
  text: string;
  /** Absent where nothing is written. */
  color?: string;
  /** The same in words. */
  title: string;
}

const short: Record<Stage, string> = {
  subscriber: 'Sub',
  lead: 'Lead',
  mql: 'MQL',
  sal: 'SAL',
  sql: 'SQL',
  opportunity: 'Opp',
  customer: 'Cus',
  recycled: 'Rec',
  disqualified: 'Dis',
};
/** White text reads on all of them in either theme. */
const colors: Record<Part | 'count' | 'late', string> = {
  top: '#2f6690',
  middle: '#5442b3',
  bottom: '#17704f',
  aside: '#6b5d4f',
  count: '#4a4a53',
  late: '#b3261e',
};

const words = {
  en: {
    waiting: (n: number) => (n === 1 ? 'Baton: 1 waits for you' : `Baton: ${n} wait for you`),
    late: (name: string) => `${name}: overdue`,
  },
  de: {
    waiting: (n: number) => (n === 1 ? 'Baton: 1 wartet auf Sie' : `Baton: ${n} warten auf Sie`),
    late: (name: string) => `${name}: überfällig`,
  },
} as const;

export function waitingBadge(waiting: number, language: Language): Badge {
  if (!waiting) return { text: '', title: 'Baton' };
  return { text: waiting > 99 ? '99+' : String(waiting), color: colors.count, title: words[language].waiting(waiting) };
}

/** Nothing when nobody in focus is a lead: then the count stands there. `now` by the server's clock, ms. */
export function sceneBadge(scene: Scene, now: number): Badge | undefined {
  const card = scene.focus === undefined ? undefined : scene.people[scene.focus]?.card;
  if (!card) return undefined;
  const { language } = scene.settings;
  if (isLateForMe(card, scene.me, now)) return { text: '!', color: colors.late, title: words[language].late(card.person.name) };
  return { text: short[card.stage], color: colors[card.part], title: `${card.person.name}: ${stagesIn[language][card.stage]}` };
}

function isLateForMe(card: Card, me: Me | undefined, now: number): boolean {
  const open = card.handoff?.state === 'waiting' || card.handoff?.state === 'accepted';
  const holder = open ? card.handoff?.toId : card.owner.id;
  return me !== undefined && holder === me.id && clockAt(card.clock, new Date(now).toISOString()).state === 'breached';
}
