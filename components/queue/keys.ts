import { useEffect, useRef } from 'react';

/** What the keys of the queue do. Each answers nothing; what it cannot do it says itself. */
export interface Keys {
  j: () => void;
  k: () => void;
  a: () => void;
  q: () => void;
  r: () => void;
  u: () => void;
  o: () => void;
  '/': () => void;
}

/** Where letters are words, or belong to something that is open over the list. */
const takesLetters =
  'input:not([type="checkbox"], [type="radio"]), textarea, select, [contenteditable]:not([contenteditable="false"]), [role="menu"], [role="listbox"], [role="dialog"], dialog[open]';

/**
 * Keys of the whole page: never while something is typed or chosen, never with a modifier, never made by a program.
 * `busy` says that the letters belong to something else right now.
 */
export function useKeys(keys: Partial<Keys>, busy: () => boolean): void {
  const latest = useRef({ keys, busy });
  useEffect(() => {
    latest.current = { keys, busy };
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!event.isTrusted || event.defaultPrevented) return;
      // A key that is held down goes on moving; it never acts twice.
      if (event.repeat && event.key !== 'j' && event.key !== 'k') return;
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
      const act = Object.hasOwn(latest.current.keys, event.key) ? latest.current.keys[event.key as keyof Keys] : undefined;
      if (!act || (event.target as Element).closest?.(takesLetters) || latest.current.busy()) return;
      event.preventDefault();
      act();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}
