import type { SiteId } from '../sites/site.ts';
import { type Answer, BridgeError, type MessageSender, type Question } from './ask.ts';
import type { FromContent, FromPages } from './protocol.ts';

/**
 * The receiving side, in the background. It trusts nobody: who sent it is worked out from what the browser says about
 * the sender, each kind of sender has its own short list of messages, and every payload is validated before a handler
 * sees it.
 */

/** Who sent a message. `frame` is the card inside a foreign page, `page` a page of ours that stands alone. */
export type From =
  | { by: 'content'; tab: number; site: SiteId; url: URL }
  | { by: 'frame'; tab: number; frame?: number; path: string }
  | { by: 'page'; tab?: number; path: string };

export interface Self {
  id: string;
  /** Origins of the extension's own pages, for example `chrome-extension://…`. */
  origins: readonly string[];
  /** The site that may be read at an address, or nothing when no reader belongs there. */
  siteAt(url: URL): SiteId | undefined | Promise<SiteId | undefined>;
}

/** Content scripts only sense. Everything else is for the extension's own pages. */
export const contentKinds = ['begin', 'sighting', 'host'] as const satisfies readonly (keyof FromContent)[];
/** What changes the connection or reads at will is not for a frame that stands inside somebody else's page. */
const notFromFrames: readonly string[] = ['probe', 'signOut', 'forget', 'api', 'lookHere', 'addHost'];

export async function whoIs(sender: MessageSender, self: Self): Promise<From | undefined> {
  if (sender.id !== self.id || !sender.url) return undefined;
  const url = URL.canParse(sender.url) ? new URL(sender.url) : undefined;
  if (!url) return undefined;
  const tab = sender.tab?.id;
  // `URL.origin` is `null` for extension schemes, so compare by prefix up to the slash.
  const own = self.origins.find((origin) => sender.url!.startsWith(`${origin}/`));
  if (own) {
    if (sender.origin !== undefined && sender.origin !== own && !self.origins.includes(sender.origin)) return undefined;
    if (tab !== undefined && sender.frameId !== 0)
      return { by: 'frame', tab, path: url.pathname, ...(sender.frameId !== undefined && { frame: sender.frameId }) };
    return { by: 'page', path: url.pathname, ...(tab === undefined ? {} : { tab }) };
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return undefined;
  if (tab === undefined || tab < 0 || sender.frameId !== 0) return undefined;
  if (sender.origin !== undefined && sender.origin !== url.origin) return undefined;
  const site = await self.siteAt(url);
  return site && { by: 'content', tab, site, url };
}

export function may(from: From, kind: string): boolean {
  const forContent = (contentKinds as readonly string[]).includes(kind);
  if (from.by === 'content') return forContent;
  return !forContent && !(from.by === 'frame' && notFromFrames.includes(kind));
}

type All = FromContent & FromPages;
export type Handlers = { [K in keyof All]: (payload: All[K]['in'], from: From) => Promise<All[K]['out']> | All[K]['out'] };
/** Gives the payload back without what does not belong to it, or refuses it. */
export interface Validator {
  safeParse(payload: unknown): { success: true; data: unknown } | { success: false };
}
export type Validators = { [K in keyof All]: Validator };

export interface Receiving {
  self: Self;
  validatorOf(kind: keyof All): Promise<Validator>;
  handlers: Handlers;
  /** An error nobody foresaw. Gets the kind of message, never its content. */
  onFault(kind: string, error: unknown): void;
}

/** A listener for `runtime.onMessage`. Whoever may not ask gets no answer at all. */
export function receiver({ self, validatorOf, handlers, onFault }: Receiving) {
  return (message: unknown, sender: MessageSender): Promise<Answer | undefined> | undefined => {
    if (typeof message !== 'object' || message === null || (message as Question).baton !== 'ask') return undefined;
    const { kind, payload } = message as Question;
    if (typeof kind !== 'string' || !Object.hasOwn(handlers, kind)) return undefined;
    return answer(kind as keyof All, payload, sender);
  };

  async function answer(kind: keyof All, payload: unknown, sender: MessageSender): Promise<Answer | undefined> {
    const from = await whoIs(sender, self);
    if (!from || !may(from, kind)) return undefined;
    const parsed = (await validatorOf(kind)).safeParse(payload ?? undefined);
    if (!parsed.success) return { ok: false, code: 'invalid', sentence: 'The message is not well-formed.' };
    try {
      const handler = handlers[kind] as (payload: unknown, from: From) => unknown;
      return { ok: true, value: await handler(parsed.data, from) };
    } catch (error) {
      if (error instanceof BridgeError) {
        const { code, sentence, refusal } = error;
        return { ok: false, code, sentence, ...(refusal && { refusal }) };
      }
      onFault(kind, error);
      return { ok: false, code: 'fault', sentence: 'Something failed inside the extension. What you did was not saved.' };
    }
  }
}
