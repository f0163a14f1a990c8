import type { QueueItem } from '../../lib/bridge/scene.ts';
import type { Agreement } from '../../lib/funnel/agreement.ts';
import { clockAt } from '../../lib/funnel/clock.ts';
import { periodIn } from '../../lib/funnel/periodNames.ts';
import { clockWords } from '../card/owes.ts';
import { reasonWords } from '../card/reason.ts';
import { Icon, type IconName } from '../icons.tsx';
import { useNow } from '../now.ts';
import { ClockLine } from '../parts/clock.tsx';
import { StageTag } from '../parts/stage.tsx';
import { whyWords } from '../words/why.ts';
import { useWords, type Words } from '../words/words.tsx';
import { useWorld } from '../world.tsx';

const iconOf: Record<QueueItem['kind'], IconName | undefined> = {
  handoff: undefined,
  own: undefined,
  feedback: 'say',
  waking: 'again',
  breach: 'alert',
  agreement: 'sign',
  rejects: 'store',
  at_once: 'back',
  reply: 'say',
  digest: 'news',
};

export const keyOf = (item: QueueItem): string => [item.kind, item.lead, item.feedback?.id, item.period, item.agreement].join(' ');

/** Opens what an item is about: a page of its own, or the lead. */
export function useOpenItem(onLead: (lead: string) => void): (item: QueueItem) => void {
  const { openPage } = useWorld();
  return (item) => {
    if (item.kind === 'agreement') openPage('options', 'agreement');
    else if (item.kind === 'rejects') openPage('options', 'sources');
    else if (item.kind === 'digest') openPage('report', `digests?digest=${item.period}`);
    else onLead(item.lead);
  };
}

export interface RowProps {
  item: QueueItem;
  agreement?: Agreement;
  /** Shown beside the list. */
  on?: boolean;
  /** An act of this device on it that has not arrived: its words stand in place of the clock. */
  did?: string;
  onOpen: (item: QueueItem) => void;
  /** The arrows and j, k move the focus; what has it is shown. */
  onFocus?: (item: QueueItem) => void;
}

export function QueueRow({ item, agreement, on, did, onOpen, onFocus }: RowProps) {
  const { w, f } = useWords();
  const now = useNow();
  const icon = iconOf[item.kind];
  const said = rowWords(item, agreement, w);
  const clock = item.clock && clockAt(item.clock, new Date(now).toISOString(), agreement?.calendar);
  return (
    <button
      type="button"
      className={['line', icon && 'task', on && 'on', did && 'gone'].filter(Boolean).join(' ')}
      aria-current={on || undefined}
      onClick={() => onOpen(item)}
      onFocus={onFocus && (() => onFocus(item))}
      title={w.popup.queueKind[item.kind]}
    >
      {icon && <Icon name={icon} />}
      <span className="grow">
        <span className="row">
          <b className="cut">
            <bdi>{said.title}</bdi>
          </b>
          {item.stage && !icon && <StageTag stage={item.stage} />}
        </span>
        {said.under && (
          <small className="cut">
            <bdi>{said.under}</bdi>
          </small>
        )}
      </span>
      {did ? (
        <span className="quiet t12">{did}</span>
      ) : clock && clock.state !== 'none' ? (
        <ClockLine
          clock={clock}
          words={clock.leftMinutes === undefined ? '' : shortWords(clockWords(clock, agreement, now, w, f), clock.state, w)}
        />
      ) : item.reply ? (
        <time className="quiet t12 n" dateTime={item.reply.at}>
          {f.day(item.reply.at, now)}
        </time>
      ) : (
        item.kind !== 'digest' && <span className="quiet t12 n">{item.dueAt ? f.moment(item.dueAt, now) : w.popup.noDate}</span>
      )}
    </button>
  );
}

/** What marketing has to answer: the words of whoever gave it, or the bare verdict. */
function answerTitle({ subtitle, feedback }: QueueItem, w: Words): string {
  if (subtitle) return w.popup.answerTo(subtitle);
  return feedback?.verdict ? w.popup.answerVerdict(w.inSentence(w.verdict[feedback.verdict])) : w.popup.answerFeedback;
}

/** What a row says. Names and quotes come as they are; everything around them is in the user's language. */
export function rowWords(item: QueueItem, agreement: Agreement | undefined, w: Words): { title: string; under: string } {
  const p = w.popup;
  const joined = (...parts: (string | false | undefined)[]) => parts.filter(Boolean).join(w.joint);
  const reason = item.reason ? w.inSentence(reasonWords(item.reason, agreement, w)) : '';
  switch (item.kind) {
    case 'handoff':
      return {
        title: item.title,
        under: joined(!item.holder && p.inPool, item.returned ? p.backTimes(item.returned + 1) : undefined, whyWords(item.subtitle, w)),
      };
    case 'own':
      return { title: item.title, under: joined(whyWords(item.subtitle, w), p.ownLead) };
    case 'feedback':
      return { title: answerTitle(item, w), under: joined(p.on(item.title), item.feedback?.campaign, item.feedback?.by) };
    case 'waking':
      return { title: item.title, under: item.wakesOn ? p.wakesFor(reason) : p.awake(reason) };
    case 'at_once':
      return { title: item.title, under: p.returnedFor(reason) };
    case 'breach':
      return { title: item.title, under: item.holder ? p.notAnswered(item.holder) : p.nobodyAnswered };
    case 'agreement':
      return { title: p.signAgreement(item.agreement ?? 0), under: item.subtitle };
    case 'rejects':
      return { title: p.rowsRefused(item.count ?? 0), under: p.inSevenDays };
    case 'reply':
      return {
        title: w.queue.answered(item.reply ? w.inSentence(w.replyState[item.reply.state]) : ''),
        under: joined(item.reply?.note, p.on(item.title)),
      };
    case 'digest':
      return { title: w.queue.reportOut(periodIn(w.language, item.period ?? '')), under: w.queue.reportOutText };
  }
}

/** Beside its ring "left" goes without saying; "over" does not. */
const shortWords = (words: string, state: string, w: Words): string => {
  if (state === 'breached') return words;
  const [before = '', after = ''] = w.card.left('\u0000').split('\u0000');
  return words.startsWith(before) && words.endsWith(after) ? words.slice(before.length, words.length - after.length) : words;
};
