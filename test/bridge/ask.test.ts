import { describe, expect, test, vi } from 'vitest';
import { asker, BridgeError, hearInContent, hearInPage, isInvalidated, tell } from '../../lib/bridge/ask.ts';
import type { FromPages } from '../../lib/bridge/protocol.ts';

const failing = (error: unknown) => asker<FromPages>(() => Promise.reject(error));

describe('asking', () => {
  test('gives the value of the answer', async () => {
    const sent: unknown[] = [];
    const ask = asker<FromPages>(async (message) => {
      sent.push(message);
      return { ok: true, value: { items: [] } };
    });
    expect(await ask('queue')).toEqual({ items: [] });
    expect(sent).toEqual([{ baton: 'ask', kind: 'queue', payload: undefined }]);
  });

  test('an error crosses with its code and sentence', async () => {
    const ask = asker<FromPages>(async () => ({ ok: false, code: 'refused', sentence: 'This lead is at SAL.' }));
    const error = await ask('undo', { id: 'x' }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(BridgeError);
    expect(error).toMatchObject({ code: 'refused', sentence: 'This lead is at SAL.' });
  });

  test.each([
    new Error('Extension context invalidated.'),
    new TypeError("Cannot read properties of undefined (reading 'sendMessage')"),
    new TypeError("can't access dead object"),
  ])('an orphaned page learns that it is one: %s', async (error) => {
    expect(isInvalidated(await failing(error)('queue').catch((e: unknown) => e))).toBe(true);
  });

  test.each([undefined, null, 'yes', {}])('no answer is no answer: %j', async (answer) => {
    const ask = asker<FromPages>(async () => answer);
    await expect(ask('queue')).rejects.toMatchObject({ code: 'unreachable' });
  });

  test('a background that is not there can be asked again', async () => {
    const error = await failing(new Error('Could not establish connection. Receiving end does not exist.'))('queue').catch(
      (e: unknown) => e,
    );
    expect(error).toMatchObject({ code: 'unreachable' });
    expect(isInvalidated(error)).toBe(false);
  });
});

describe('hearing', () => {
  const background = { id: 'baton' };

  test('news from the background reaches its handler', async () => {
    const scene = vi.fn();
    await hearInPage('baton', { scene })(tell('scene', { tab: 1 }), background);
    expect(scene).toHaveBeenCalledWith({ tab: 1 });
  });

  test.each([
    ['another extension', { id: 'other' }],
    ['a content script', { id: 'baton', tab: { id: 3 } }],
    ['nobody', {}],
  ])('%s is not heard', (_who, sender) => {
    const stance = vi.fn();
    expect(hearInContent('baton', { stance })(tell('stance', {}), sender)).toBeUndefined();
    expect(stance).not.toHaveBeenCalled();
  });

  test.each([
    { baton: 'ask', kind: 'stance' },
    { kind: 'stance' },
    null,
    'stance',
    { baton: 'tell', kind: 'toString' },
    { baton: 'tell', kind: 'other' },
  ])('what is no news of this page is left to others: %j', (message) => {
    expect(hearInContent('baton', { stance: () => undefined })(message, background)).toBeUndefined();
  });

  test('a content script answers what it is asked to read', async () => {
    const seen = { site: 'gmail', view: 'none', people: [], matched: {} } as const;
    expect(await hearInContent('baton', { read: () => ({ ...seen, people: [] }) })(tell('read'), background)).toEqual(seen);
  });
});
