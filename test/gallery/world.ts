import type { World } from '../../components/world.tsx';
import type { AskFromPages } from '../../lib/bridge/ask.ts';
import type { FromPages } from '../../lib/bridge/protocol.ts';

export type Answers = { [K in keyof FromPages]?: (payload: FromPages[K]['in']) => FromPages[K]['out'] | Promise<FromPages[K]['out']> };

/** A world made of fixtures: what is not answered fails as a backend that is away does. Records what was asked. */
export function fixtureWorld(answers: Answers, more: Partial<World> = {}): World & { asked: { kind: string; payload: unknown }[] } {
  const asked: { kind: string; payload: unknown }[] = [];
  const ask = async (kind: keyof FromPages, payload: unknown) => {
    asked.push({ kind, payload });
    const answer = answers[kind] as ((payload: unknown) => unknown) | undefined;
    if (!answer) throw new Error(`Nothing answers “${kind}” here.`);
    return answer(payload);
  };
  return {
    asked,
    ask: ask as unknown as AskFromPages,
    onNews: () => () => {},
    now: Date.now,
    copy: async () => {},
    openPage: () => {},
    openLink: () => {},
    openSidePanel: async () => {},
    openPopup: async () => {},
    followTab: (listener) => {
      listener(1);
      return () => {};
    },
    requestOrigins: async () => true,
    dropOrigins: async () => true,
    hasOrigins: async () => true,
    webAuth: { redirect: () => 'https://extension.example/', open: () => new Promise(() => {}) },
    onOrigins: () => () => undefined,
    drafts: { get: async () => undefined, set: async () => {} },
    save: () => {},
    ...more,
  };
}
