import { createContext, useContext, useEffect, useRef } from 'react';
import type { AskFromPages } from '../lib/bridge/ask.ts';
import type { ToPages } from '../lib/bridge/protocol.ts';

export type PageNews = { [K in keyof ToPages]: { kind: K; payload: ToPages[K] } }[keyof ToPages];

/** Everything a screen can do beyond painting. The extension fills it from the browser; tests and the gallery from fixtures. */
export interface World {
  ask: AskFromPages;
  /** News from the background; the answer ends it. */
  onNews(listener: (news: PageNews) => void): () => void;
  /** The device's clock, ms since epoch. */
  now(): number;
  copy(text: string): Promise<void>;
  /** One of the extension's own pages, in a tab of its own; `at` is what stands behind the address's `#`. */
  openPage(page: 'options' | 'welcome' | 'report', at?: string): void;
  openLink(url: string): void;
  /** Must be called within a click. Absent where the browser can't open it from here. */
  openSidePanel?(): Promise<void>;
  /** The toolbar's popup; rejects where the browser does not open it from a page. */
  openPopup(): Promise<void>;
  /** Tells which tab this window shows, now and whenever that changes. */
  followTab(listener: (tab: number) => void): () => void;
  /** Must be called as the first statement of a click's handler: the browser asks the user then and only then. */
  requestOrigins(origins: string[]): Promise<boolean>;
  dropOrigins(origins: string[]): Promise<boolean>;
  hasOrigins(origins: string[]): Promise<boolean>;
  /** Signing in elsewhere, in a window of its own that comes back by itself. */
  webAuth: {
    /** Where it comes back to. */
    redirect(): string;
    /** Answers the address it came back with; rejects when the user closes the window. */
    open(url: string): Promise<string>;
  };
  /** Calls back when the user has allowed or taken away origins, here or in the browser's own settings. */
  onOrigins(listener: () => void): () => void;
  /** What is being written and not sent yet, by name, on this device. Not in the card, whose frame has no storage. */
  drafts: {
    get(name: string): Promise<unknown>;
    /** Kept when it answers. Absent: thrown away. */
    set(name: string, value: unknown): Promise<void>;
  };
  /** Hands a file to the user. */
  save(name: string, type: string, text: string): void;
}

const Context = createContext<World | null>(null);
export const WorldProvider = Context.Provider;

export function useWorld(): World {
  const world = useContext(Context);
  if (!world) throw new Error('A screen needs a world around it.');
  return world;
}

/** Calls `listener` with every piece of news while mounted; always the newest listener. */
export function useNews(listener: (news: PageNews) => void): void {
  const world = useWorld();
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  });
  useEffect(() => world.onNews((news) => latest.current(news)), [world]);
}
