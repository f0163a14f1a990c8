import { createContext, type RefObject, useContext, useEffect } from 'react';

/** What the keys of a list do to the card beside it: the same acts as its buttons, and only those on offer. */
export interface Triage {
  lead: string;
  /** A panel is open: what is typed belongs to it. */
  busy: boolean;
  accept?: () => void;
  qualify?: () => void;
  return?: () => void;
  /** Gives the keyboard to the card. */
  focus: () => void;
}

const Context = createContext<RefObject<Triage | null> | null>(null);
export const TriageProvider = Context.Provider;

/** Tells the list around the card, if there is one, what can be done to this lead now. */
export function useTriage(triage: Triage): void {
  const held = useContext(Context);
  useEffect(() => {
    if (!held) return;
    held.current = triage;
    return () => {
      if (held.current === triage) held.current = null;
    };
  });
}
