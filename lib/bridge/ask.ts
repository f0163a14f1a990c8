import type { ContentAnswers, FromContent, FromPages, ToContent, ToPages } from './protocol.ts';

/**
 * The sending side of the bridge, for content scripts and extension pages. It depends on nothing, so that a content
 * script stays small; the background validates whatever arrives.
 */

/** What crosses: a question to the background, or news from it. */
export interface Question {
  baton: 'ask';
  kind: string;
  payload?: unknown;
}
export interface News {
  baton: 'tell';
  kind: string;
  payload?: unknown;
}
export type Answer = { ok: true; value?: unknown } | { ok: false; code: string; sentence: string; refusal?: Said };
/** A refusal as data, for words in the screen's language. */
export interface Said {
  code: string;
  facts: Readonly<Record<string, string | number | readonly string[]>>;
}

/**
 * Why a question was not answered. `code` is stable; `sentence` is for people.
 * `invalidated`: the extension was updated or removed under this page: stop and unmount, only a reload helps.
 * `unreachable`: the background did not answer; asking again later may help.
 */
export class BridgeError extends Error {
  readonly code: string;
  readonly refusal?: Said;
  constructor(code: string, sentence: string, refusal?: Said) {
    super(sentence);
    this.name = 'BridgeError';
    this.code = code;
    if (refusal) this.refusal = refusal;
  }
  get sentence(): string {
    return this.message;
  }
}

export const isInvalidated = (error: unknown): boolean => error instanceof BridgeError && error.code === 'invalidated';

type Table = { [kind: string]: { in: unknown; out: unknown } };
type Payload<In> = undefined extends In ? [payload?: In] : [payload: In];
export type Ask<T> = <K extends keyof T & string>(
  kind: K,
  ...payload: T[K] extends { in: infer In } ? Payload<In> : never
) => Promise<T[K] extends { out: infer Out } ? Out : never>;

/**
 * `ask` over a way to send: `asker<FromPages>((m) => browser.runtime.sendMessage(m))`.
 * Every failure is a `BridgeError`.
 */
export function asker<T extends { [K in keyof T]: Table[string] }>(send: (message: Question) => unknown): Ask<T> {
  return async (kind, ...[payload]) => {
    let answer: unknown;
    try {
      answer = await send({ baton: 'ask', kind, payload });
    } catch (error) {
      throw fromSending(error);
    }
    if (!isAnswer(answer)) throw new BridgeError('unreachable', 'The extension did not answer.');
    if (!answer.ok) throw new BridgeError(answer.code, answer.sentence, answer.refusal);
    return answer.value as never;
  };
}
export type AskFromContent = Ask<FromContent>;
export type AskFromPages = Ask<FromPages>;

/** In an orphaned content script `runtime` itself may be gone, so that the call fails before it is one. */
function fromSending(error: unknown): BridgeError {
  const message = error instanceof Error ? error.message : String(error);
  if (/context invalidated|reading 'sendMessage'|reading 'runtime'|runtime is undefined|can't access dead object/i.test(message))
    return new BridgeError('invalidated', 'The extension was updated. Reload this page.');
  return new BridgeError('unreachable', message);
}

const isAnswer = (value: unknown): value is Answer => typeof value === 'object' && value !== null && 'ok' in value;

/** The least of a message's sender that both sides of the bridge look at. */
export interface MessageSender {
  id?: string;
  url?: string;
  origin?: string;
  frameId?: number;
  tab?: { id?: number };
}

type Hearing<T, Out> = { [K in keyof T]?: (payload: T[K]) => K extends keyof Out ? Out[K] | Promise<Out[K]> : void };

/**
 * A listener for `runtime.onMessage` that hears the background and nobody else. Messages that are not news, come from
 * another extension or from a tab, or that nobody here handles are left alone, so that other listeners can answer.
 */
function hear<T, Out>(self: string, handlers: Hearing<T, Out>) {
  return (message: unknown, sender: MessageSender): Promise<unknown> | undefined => {
    if (sender.id !== self || sender.tab) return undefined;
    if (typeof message !== 'object' || message === null || (message as News).baton !== 'tell') return undefined;
    const { kind, payload } = message as News;
    const handler = Object.hasOwn(handlers, kind) ? (handlers[kind as keyof T] as (payload: unknown) => unknown) : undefined;
    return handler ? Promise.resolve(handler(payload)) : undefined;
  };
}
export const hearInContent = (self: string, handlers: Hearing<ToContent, ContentAnswers>) => hear(self, handlers);
export const hearInPage = (self: string, handlers: Hearing<ToPages, object>) => hear(self, handlers);

export const tell = (kind: (keyof ToContent | keyof ToPages) & string, payload?: unknown): News => ({ baton: 'tell', kind, payload });
