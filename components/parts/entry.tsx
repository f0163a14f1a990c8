import { createContext, type ReactNode, useCallback, useContext, useId, useRef, useState } from 'react';
import type { Agreement, Term } from '../../lib/funnel/agreement.ts';
import type { Stage } from '../../lib/funnel/words.ts';
import { reasonWords } from '../card/reason.ts';
import { isTerm, termsIn } from '../words/terms.ts';
import { useWords } from '../words/words.tsx';
import { EntryText, type Of, titleOf } from './entry-text.tsx';
import { useEscape } from './layers.ts';
import { StageTag } from './stage.tsx';

interface Book {
  agreement?: Agreement;
  /** The element that shows entries, one at a time. */
  shelf: string;
  /** The word whose entry is open. */
  open?: string;
  turn(of: Of, word: string, button: HTMLButtonElement): void;
}
const Context = createContext<Book>({ shelf: '', turn: () => {} });

/** The agreement in force on what is inside; `undefined` where none is known. */
export const useAgreed = (): Agreement | undefined => useContext(Context).agreement;

/**
 * Gives what is inside the agreement, so that its words open their entries. One popover shows them all: the browser
 * closes it by Esc and by a click beside it, gives the focus back, and keeps it beside the word. `here`: on the
 * agreement's own page, where no way leads to it.
 */
export function Agreed({ agreement, here, children }: { agreement?: Agreement; here?: true; children: ReactNode }) {
  const shelf = useId();
  const root = useRef<HTMLDivElement>(null);
  const [of, setOf] = useState<Of>();
  const [open, setOpen] = useState<string>();
  const { w } = useWords();
  useEscape(open !== undefined, () => root.current?.hidePopover());
  const turn = useCallback((next: Of, word: string, button: HTMLButtonElement) => {
    const node = root.current;
    if (!node) return;
    const same = node.dataset.word === word && node.matches(':popover-open');
    if (node.matches(':popover-open')) node.hidePopover();
    if (same) return;
    node.dataset.word = word;
    setOf(next);
    setOpen(word);
    button.focus();
    node.showPopover({ source: button });
  }, []);
  return (
    <Context.Provider value={{ ...(agreement && { agreement }), shelf, ...(open !== undefined && { open }), turn }}>
      {children}
      {agreement && (
        <div
          ref={root}
          id={shelf}
          popover="auto"
          role="dialog"
          aria-label={of && titleOf(of, agreement, w)}
          tabIndex={-1}
          className="entry-text"
          onToggle={(event) => {
            if (event.newState === 'open') root.current?.focus();
            else if (!root.current?.matches(':popover-open')) setOpen(undefined);
          }}
        >
          {of && <EntryText of={of} agreement={agreement} here={here} />}
        </div>
      )}
    </Context.Provider>
  );
}

/** A word that opens what both teams agreed it means. Without an agreement it is the word alone. Never inside a button. */
function Entry({ of, className, children }: { of: Of; className?: string; children: ReactNode }) {
  const { agreement, shelf, open, turn } = useContext(Context);
  const { w } = useWords();
  const word = useId();
  if (!agreement) return children;
  return (
    <button
      type="button"
      className={className ? `entry ${className}` : 'entry'}
      title={w.entry.hint}
      aria-haspopup="dialog"
      aria-expanded={open === word}
      // The browser knows by it that a click here is no click beside what it opened.
      popoverTarget={shelf}
      onClick={(event) => {
        event.preventDefault();
        turn(of, word, event.currentTarget);
      }}
    >
      {children}
    </button>
  );
}

/** A stage's name as its tag, or as a plain `word`. */
export function StageEntry({ stage, word }: { stage: Stage; word?: true }) {
  const { w } = useWords();
  return (
    <Entry of={{ stage }} {...(!word && { className: 'of-tag' })}>
      {word ? w.stage[stage] : <StageTag stage={stage} />}
    </Entry>
  );
}

/** A text of the screen in which a stage's name, or several of it, opens the entry. */
export function Staged({ stage, text }: { stage: Stage; text: string }) {
  const { w } = useWords();
  return piecesOf(text, [{ term: w.stage[stage] }]).map(({ at, text: piece, term }) =>
    term ? (
      <Entry key={at} of={{ stage }}>
        {piece}
      </Entry>
    ) : (
      <Termed key={at} text={piece} />
    ),
  );
}

/** A reason's name; `within` a sentence it begins small. */
export function ReasonEntry({ code, within }: { code: string; within?: true }) {
  const { w } = useWords();
  const words = reasonWords(code, useAgreed(), w);
  return <Entry of={{ reason: code }}>{within ? w.inSentence(words) : words}</Entry>;
}

/** Why a verdict is what it is: a reason of the agreement, or a praise, which has no entry. */
export function SaidEntry({ code }: { code: string }) {
  const { w } = useWords();
  return w.card.praise[code] ?? <ReasonEntry code={code} within />;
}

/** Several things in a row, and what stands between them. */
export const Listed = ({ items, between = ', ' }: { items: readonly { key: string; node: ReactNode }[]; between?: string }) =>
  items.map(({ key, node }, i) => (
    <span key={key}>
      {i > 0 && between}
      {node}
    </span>
  ));

/** One of the agreement's words, shown by what stands inside. Where the teams agreed on no such word, that alone. */
export function TermEntry({ term, children }: { term: string; children: ReactNode }) {
  const known = useAgreed()?.terms.find((one) => isTerm(one.term, term));
  return known ? <Entry of={{ term: known.term }}>{children}</Entry> : children;
}

/** A sentence of the teams, in which every word that they agreed on opens its entry, once. */
export function Agreeing({ text }: { text: string }) {
  const terms = useAgreed()?.terms ?? [];
  return piecesOf(text, terms).map(({ at, text: piece, term }) =>
    term ? (
      <TermEntry key={at} term={term}>
        {piece}
      </TermEntry>
    ) : (
      <bdi key={at}>{piece}</bdi>
    ),
  );
}

/** A text of the screen, in which words that the teams agreed on open their entries, each once. */
export function Termed({ text }: { text: string }) {
  const { w } = useWords();
  return piecesOf(text, termsIn[w.language]).map(({ at, text: piece, term }) =>
    term ? (
      <TermEntry key={at} term={term}>
        {piece}
      </TermEntry>
    ) : (
      piece
    ),
  );
}

/**
 * A text cut where terms stand in it, each at its first place; the longer of two that begin at one place. `as`: how a term
 * stands in a sentence, where not as it is called.
 */
export function piecesOf(
  text: string,
  terms: readonly (Pick<Term, 'term'> & { as?: RegExp })[],
): { at: number; text: string; term?: string }[] {
  const found: { at: number; text: string; term: string }[] = [];
  for (const { term, as } of [...terms].sort((a, b) => b.term.length - a.term.length)) {
    if (!term.trim()) continue;
    const escaped = term.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    const hit = (as ?? new RegExp(`(?<![\\p{L}\\p{N}-])${escaped}s?(?![\\p{L}\\p{N}-])`, 'iu')).exec(text);
    if (hit && !found.some(({ at, text: { length } }) => at < hit.index + hit[0].length && hit.index < at + length))
      found.push({ at: hit.index, text: hit[0], term });
  }
  found.sort((a, b) => a.at - b.at);
  const pieces: { at: number; text: string; term?: string }[] = [];
  let from = 0;
  for (const one of found) {
    if (one.at > from) pieces.push({ at: from, text: text.slice(from, one.at) });
    pieces.push(one);
    from = one.at + one.text.length;
  }
  if (from < text.length || pieces.length === 0) pieces.push({ at: from, text: text.slice(from) });
  return pieces;
}
