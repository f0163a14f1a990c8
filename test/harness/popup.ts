import type { Page } from '@playwright/test';
import { chromiumId } from '../../lib/contract/identity.ts';
import type { Extension } from './extension.ts';
import { within } from './within.ts';

/**
 * The toolbar's popup and the side panel stand outside every tab, where Playwright has no page for them. They are driven
 * by the browser's own protocol. The popup opens as by a click on the button, with all that such a click allows.
 */
export interface Outside {
  /** The answer of an expression there, as if a person had done it. */
  evaluate<T>(expression: string): Promise<T>;
  says(): Promise<string>;
  /** Types into what has the focus, as a keyboard does. */
  type(text: string): Promise<void>;
  close(): Promise<void>;
}

/** Needed on the browser's command line. */
export const popupArgs = ['--enable-unsafe-extension-debugging'];

export async function popupOver(extension: Extension, page: Page): Promise<Outside> {
  return outside(await clickOver(extension, page), extension.url('popup.html'));
}

/** Clicks the button, as a person does. */
async function clickOver(extension: Extension, page: Page): Promise<Session> {
  const session = await sessionOf(extension);
  await page.bringToFront();
  const tab = (await targets(session, [{ type: 'tab' }])).find(({ url }) => url === page.url());
  if (!tab) throw new Error(`No tab shows ${page.url()}.`);
  await session.send('Extensions.triggerAction', { id: chromiumId, targetId: tab.targetId });
  return session;
}

/** The side panel that is open, or about to. */
export const panelOf = async (extension: Extension): Promise<Outside> =>
  outside(await sessionOf(extension), extension.url('sidepanel.html'));

/** What Playwright types of the protocol is older than the browser. */
interface Session {
  send(method: string, params?: unknown): Promise<Record<string, unknown>>;
  on(event: 'Target.receivedMessageFromTarget', listener: (params: { message: string }) => void): void;
  on(event: 'Target.targetCreated' | 'Target.targetInfoChanged', listener: (params: { targetInfo: Target }) => void): void;
  detach(): Promise<void>;
}
async function sessionOf(extension: Extension): Promise<Session> {
  const browser = extension.context.browser();
  if (!browser) throw new Error('The browser cannot be asked.');
  return (await browser.newBrowserCDPSession()) as unknown as Session;
}

interface Target {
  targetId: string;
  url: string;
}
const targets = async (session: Session, filter?: unknown): Promise<Target[]> =>
  ((await session.send('Target.getTargets', filter ? { filter } : {})) as { targetInfos: Target[] }).targetInfos;

async function outside(session: Session, address: string): Promise<Outside> {
  const found = new Promise<string>((resolve) => {
    const look = ({ targetInfo: { url, targetId } }: { targetInfo: Target }) => {
      if (url === address) resolve(targetId);
    };
    session.on('Target.targetCreated', look);
    session.on('Target.targetInfoChanged', look);
  });
  // Tells of those that are there, and of each that comes.
  await session.send('Target.setDiscoverTargets', { discover: true });
  const targetId = await within(address, found);
  const { sessionId } = await session.send('Target.attachToTarget', { targetId, flatten: false });
  type Reply = { id: number; result?: { result?: { value?: unknown } } };
  const waiting = new Map<number, (reply: Reply) => void>();
  session.on('Target.receivedMessageFromTarget', ({ message }) => {
    const reply = JSON.parse(message) as Reply;
    waiting.get(reply.id)?.(reply);
  });
  let ids = 0;
  async function send(method: string, params: object): Promise<Reply> {
    const id = ++ids;
    const answered = new Promise<Reply>((resolve) => waiting.set(id, resolve));
    await session.send('Target.sendMessageToTarget', { sessionId, message: JSON.stringify({ id, method, params }) });
    return within(`an answer to ${method} from ${address}`, answered);
  }
  async function evaluate<T>(expression: string): Promise<T> {
    const reply = await send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true, userGesture: true });
    return reply.result?.result?.value as T;
  }
  return {
    evaluate,
    says: () => evaluate<string>('document.body.innerText'),
    async type(text) {
      await send('Input.insertText', { text });
    },
    async close() {
      await session.send('Target.closeTarget', { targetId });
      await session.detach();
    },
  };
}
