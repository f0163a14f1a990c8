import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { BridgeError, type MessageSender } from '../../lib/bridge/ask.ts';
import { contentKinds, type Handlers, may, receiver, whoIs } from '../../lib/bridge/receive.ts';
import { asked } from '../../lib/client/messages/asked.ts';
import { validatorOf } from '../../lib/client/messages/index.ts';
import { sensed } from '../../lib/client/messages/sensed.ts';

const id = 'baton';
const origin = 'chrome-extension://baton';
const self = {
  id,
  origins: [origin],
  siteAt: (url: URL) => (url.hostname === 'mail.google.com' && url.protocol === 'https:' ? ('gmail' as const) : undefined),
};

const content: MessageSender = {
  id,
  url: 'https://mail.google.com/mail/u/0/',
  origin: 'https://mail.google.com',
  frameId: 0,
  tab: { id: 7 },
};
const frame: MessageSender = { id, url: `${origin}/card.html`, origin, frameId: 4, tab: { id: 7 } };
const popup: MessageSender = { id, url: `${origin}/popup.html`, origin };
const options: MessageSender = { id, url: `${origin}/options.html`, origin, frameId: 0, tab: { id: 9 } };

describe('who sent it', () => {
  test('a content script, the card in a page, and pages of our own', async () => {
    expect(await whoIs(content, self)).toMatchObject({ by: 'content', tab: 7, site: 'gmail' });
    expect(await whoIs(frame, self)).toEqual({ by: 'frame', tab: 7, frame: 4, path: '/card.html' });
    expect(await whoIs(popup, self)).toEqual({ by: 'page', path: '/popup.html' });
    expect(await whoIs(options, self)).toEqual({ by: 'page', path: '/options.html', tab: 9 });
  });

  test.each<[string, Partial<MessageSender>]>([
    ['another extension', { id: 'other' }],
    ['no id', { id: undefined }],
    ['no address', { url: undefined }],
    ['a look-alike host', { url: 'https://mail.google.com.evil.test/', origin: 'https://mail.google.com.evil.test' }],
    ['a host without the s', { url: 'http://mail.google.com/', origin: 'http://mail.google.com' }],
    ['a frame of the site', { frameId: 3 }],
    ['no tab', { tab: undefined }],
    ['an address and an origin that differ', { origin: 'https://evil.test' }],
    ['a sandboxed document', { origin: 'null' }],
    ['a file', { url: 'file:///etc/passwd', origin: 'file://' }],
    ['an address that only begins like ours', { url: 'chrome-extension://baton.evil/card.html', origin: 'chrome-extension://baton.evil' }],
    ['data', { url: 'data:text/html,x', origin: 'null' }],
  ])('nobody: %s', async (_what, change) => {
    expect(await whoIs({ ...content, ...change }, self)).toBeUndefined();
  });
});

const handlersOf = (spy: (kind: string) => unknown): Handlers =>
  Object.fromEntries(Object.keys({ ...sensed, ...asked }).map((kind) => [kind, () => spy(kind)])) as never;

function listening(spy: (kind: string) => unknown) {
  const onFault = vi.fn();
  return { receive: receiver({ self, validatorOf, handlers: handlersOf(spy), onFault }), onFault };
}
const ask = (kind: string, payload?: unknown) => ({ baton: 'ask', kind, payload });

describe('receiving', () => {
  const all = Object.keys({ ...sensed, ...asked });

  test('every kind is for content scripts or for pages, never for both', () => {
    const fromContent = { by: 'content', tab: 1, site: 'gmail', url: new URL('https://mail.google.com/') } as const;
    for (const kind of all) expect(may(fromContent, kind)).toBe(!may({ by: 'page', path: '/popup.html' }, kind));
  });

  test.each(all.filter((kind) => !(contentKinds as readonly string[]).includes(kind)))('a content script may not send %s', async (kind) => {
    const spy = vi.fn();
    expect(await listening(spy).receive(ask(kind, {}), content)).toBeUndefined();
    expect(spy).not.toHaveBeenCalled();
  });

  test.each(['signOut', 'forget', 'api', 'probe', 'lookHere', 'addHost'])('the card in a foreign page may not send %s', async (kind) => {
    const spy = vi.fn();
    expect(await listening(spy).receive(ask(kind), frame)).toBeUndefined();
    expect(spy).not.toHaveBeenCalled();
  });

  test('a payload that is not well-formed reaches nobody', async () => {
    const spy = vi.fn();
    const { receive } = listening(spy);
    for (const payload of [undefined, {}, { id: 7 }, { id: '../../v1/users' }, 'x', []])
      expect(await receive(ask('undo', payload), popup)).toMatchObject({ ok: false, code: 'invalid' });
    expect(spy).not.toHaveBeenCalled();
  });

  test('whatever a taken-over page process sends as a sighting, a handler gets a sighting or nothing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.anything({ withNullPrototype: true }), async (payload) => {
        const spy = vi.fn();
        const answer = await listening(spy).receive(ask('sighting', payload), content);
        expect(answer).toMatchObject({ ok: false, code: 'invalid' });
        expect(spy).not.toHaveBeenCalled();
      }),
      { numRuns: 300 },
    );
    const people = Array.from({ length: 201 }, () => ({ role: 'to', keys: [] }));
    const spy = vi.fn();
    await listening(spy).receive(ask('sighting', { site: 'gmail', view: 'list', people, matched: {} }), content);
    expect(spy).not.toHaveBeenCalled();
  });

  test('messages that are not questions are left alone', () => {
    const { receive } = listening(vi.fn());
    for (const message of [
      null,
      'x',
      { kind: 'queue' },
      { baton: 'tell', kind: 'scene' },
      ask('toString'),
      ask('__proto__'),
      ask('getToken'),
      { baton: 'ask', kind: 7 },
    ])
      expect(receive(message, popup)).toBeUndefined();
  });

  test('a foreseen error crosses in words, an unforeseen one only as a fault', async () => {
    const foreseen = listening(() => Promise.reject(new BridgeError('refused', 'Only a rep can do that.')));
    expect(await foreseen.receive(ask('outbox'), popup)).toEqual({ ok: false, code: 'refused', sentence: 'Only a rep can do that.' });
    expect(foreseen.onFault).not.toHaveBeenCalled();

    const unforeseen = listening(() => Promise.reject(new Error('dana@northwind.example is not a function')));
    const answer = await unforeseen.receive(ask('outbox'), popup);
    expect(answer).toMatchObject({ ok: false, code: 'fault' });
    expect(JSON.stringify(answer)).not.toContain('northwind');
    expect(unforeseen.onFault).toHaveBeenCalledOnce();
  });
});
