import type { HistoryLine } from '../bridge/protocol.ts';
import type { Language } from '../bridge/scene.ts';
import type { Event } from '../contract/routes/leads-read.ts';
import { stages } from '../funnel/words.ts';

/** One thing that happened to a lead, as a sentence without its subject: who and when stand beside it. */
const en = {
  to: 'moved it to {stage}',
  toWhy: 'moved it to {stage}: {reason}',
  waiting: (holder?: string) => (holder ? `handed it over to ${holder}` : 'handed it over to the team'),
  accepted: 'accepted the hand-off',
  qualified: 'qualified the hand-off',
  returned: 'returned the hand-off',
  owner: (name?: string) => (name ? `made ${name} the owner` : 'took the owner off'),
  pause: (until: string, reason: string) => `paused the clock until ${until}: ${reason}`,
  resume: 'let the clock run again',
  attempt: {
    call: 'tried to reach the person by phone',
    mail: 'tried to reach the person by mail',
    linkedin: 'tried to reach the person on LinkedIn',
    other: 'tried to reach the person',
  } as Partial<Record<string, string>>,
  opportunity: 'opened an opportunity',
  pool: 'put it back into the team’s pool, because nobody answered in time',
  woke: 'woke it up for marketing',
  feedback: 'gave feedback',
  reply: 'answered feedback',
  tie: 'tied another address to the person',
  untie: 'took an address off the person',
  merge: 'merged two people',
  added: 'added the lead',
  rule: 'a rule',
  source: 'a connected system',
};
const de: typeof en = {
  to: 'auf {stage} gesetzt',
  toWhy: 'auf {stage} gesetzt: {reason}',
  waiting: (holder) => (holder ? `an ${holder} übergeben` : 'an das Team übergeben'),
  accepted: 'Übergabe angenommen',
  qualified: 'Übergabe qualifiziert',
  returned: 'Übergabe zurückgegeben',
  owner: (name) => (name ? `${name} zugeteilt` : 'niemandem mehr zugeteilt'),
  pause: (until, reason) => `Frist angehalten bis ${until}: ${reason}`,
  resume: 'Frist läuft wieder',
  attempt: { call: 'Versuch am Telefon', mail: 'Versuch per Mail', linkedin: 'Versuch auf LinkedIn', other: 'Versuch' },
  opportunity: 'Chance eröffnet',
  pool: 'zurück ins Team, weil niemand rechtzeitig geantwortet hat',
  woke: 'für das Marketing wieder geweckt',
  feedback: 'Rückmeldung gegeben',
  reply: 'Rückmeldung beantwortet',
  tie: 'weitere Adresse verknüpft',
  untie: 'Adresse gelöst',
  merge: 'zwei Personen zusammengeführt',
  added: 'Lead angelegt',
  rule: 'eine Regel',
  source: 'ein verbundenes System',
};
/** As the screens write dates. */
const locales = { en: 'en-GB', de: 'de' } as const;

export interface Told {
  language: Language;
  nameOf(user: string): string | undefined;
}

export function historyItem(event: Event, { language, nameOf }: Told): HistoryLine {
  const say = language === 'de' ? de : en;
  const data = event.data as Record<string, unknown>;
  const text = (name: string) => (typeof data[name] === 'string' ? (data[name] as string) : undefined);
  const user = (name: string) => {
    const id = text(name);
    return id === undefined ? undefined : (nameOf(id) ?? id);
  };
  const stage = stages.find((one) => one === data.to);
  const day = new Intl.DateTimeFormat(locales[language], { day: 'numeric', month: 'short', year: 'numeric' });
  const reason = text('reason');

  const sentence = (): string => {
    switch (event.kind) {
      case 'stage':
        return reason ? say.toWhy : say.to;
      case 'handoff': {
        const to = text('to');
        if (to === 'accepted' || to === 'qualified' || to === 'returned') return say[to];
        return say.waiting(user('holder'));
      }
      case 'owner':
        return say.owner(user('to'));
      case 'pause':
        return say.pause(day.format(new Date(text('until') ?? '')), text('reason') ?? '');
      case 'attempt':
        return say.attempt[text('channel') ?? ''] ?? say.attempt.other!;
      case 'resume':
      case 'opportunity':
      case 'pool':
      case 'woke':
      case 'feedback':
      case 'reply':
      case 'tie':
      case 'untie':
      case 'merge':
      case 'added':
        return say[event.kind];
      default:
        return event.kind;
    }
  };
  const { by } = event;
  return {
    at: event.at,
    by: by.name ?? (by.kind === 'user' ? (nameOf(by.id) ?? by.id) : say[by.kind]),
    sentence: sentence(),
    kind: event.kind,
    ...(event.kind === 'stage' && stage && { stage, ...(reason && { reason }) }),
  };
}
