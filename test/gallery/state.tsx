import type { ReactNode } from 'react';
import type { Language } from '../../components/words/words.tsx';

/** One screen in one state. `after` opens what a click would open; it may not need a trusted one. */
export interface State {
  name: string;
  group: string;
  /** How it stands: in a frame over a page, or as a page of its own with this width. */
  frame: 'card' | 'tab' | number;
  render: (language: Language) => ReactNode;
  after?: (root: HTMLElement) => void;
}
