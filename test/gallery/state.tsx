import type { ReactNode } from 'react';
import type { Language } from '../../components/words/words.tsx';
import { stands } from './hand.ts';

/**
 * One screen in one state. `after` opens what a click would open; it may not need a trusted one, and is over when what it
 * opened stands there.
 */
export interface State {
  name: string;
  group: string;
  /** How it stands: in a frame over a page, or as a page of its own with this width. */
  frame: 'card' | 'tab' | number;
  render: (language: Language) => ReactNode;
  after?: (root: HTMLElement) => Promise<unknown>;
  /** It is a picture of waiting: grey shapes stay. */
  waits?: true;
}

/** A picture of waiting, as it is when words have come to the grey shapes. */
export const waits = (state: State, words?: string): State => ({
  ...state,
  waits: true,
  ...(words && { after: (root) => stands(root, words) }),
});
