import type { Card, Touch } from '../../lib/contract/card.ts';
import { whyWords } from '../words/why.ts';
import { catalogues, useWords, type Words } from '../words/words.tsx';
import { useDoing } from './doing.tsx';

export const touchWords = (touch: Touch, w: Words): string => w.touch[touch.kind](touch.asset ?? touch.campaignName);

interface Line {
  text: string;
  at?: string;
  /** As a hand-off keeps it: what Baton found is in the wire's words there, so that everybody reads it in their own language. */
  kept: string;
}
/** What the hand-off says comes first; then the newest active touches it does not speak of already. At most three. */
export function whyLines(card: Card, w: Words): Line[] {
  const active = card.recent.filter((t) => t.active);
  const likeness = (text: string, t: Touch) =>
    (text === touchWords(t, w) || text === touchWords(t, catalogues.en) ? 4 : 0) +
    (t.asset && text.includes(t.asset) ? 2 : 0) +
    (t.campaignName && text.includes(t.campaignName) ? 1 : 0);
  /** The touch that a line of the hand-off speaks of: the one it resembles most, the newest of equals. */
  const of = (text: string) => {
    const best = Math.max(0, ...active.map((t) => likeness(text, t)));
    return best > 0 ? active.find((t) => likeness(text, t) === best) : undefined;
  };
  const said = new Set<Touch>();
  const lines: Line[] = [];
  const open = card.handoff?.state === 'waiting' || card.handoff?.state === 'accepted';
  for (const line of open ? (card.handoff?.why ?? []) : []) {
    const text = whyWords(line, w);
    const touch = of(text);
    if (touch) said.add(touch);
    lines.push({ text, at: touch?.at, kept: line });
  }
  for (const touch of active) {
    const text = touchWords(touch, w);
    if (!said.has(touch) && !lines.some((l) => l.text === text)) lines.push({ text, at: touch.at, kept: touchWords(touch, catalogues.en) });
  }
  return lines.slice(0, 3);
}

/** Lines that somebody left as they were proposed, as a hand-off keeps them; others as they were written. */
export function keptLines(written: readonly string[], proposed: readonly Line[]): string[] {
  const kept = new Map(proposed.map((line) => [line.text, line.kept]));
  return written.map((text) => kept.get(text) ?? text);
}

export function Why() {
  const { card, now } = useDoing();
  const { w, f } = useWords();
  const lines = ['mql', 'sal', 'sql'].includes(card.stage) ? whyLines(card, w) : [];
  if (!lines.length) return null;
  return (
    <section>
      <h2>{w.card.whyNow}</h2>
      <ul className="why">
        {lines.map((line) => (
          <li key={line.text}>
            <i className="dot" />
            <span className="grow cut" title={line.text}>
              <bdi>{line.text}</bdi>
            </span>
            {line.at && (
              <time className="quiet t12" dateTime={line.at} title={f.full(line.at)}>
                {f.day(line.at, now)}
              </time>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
