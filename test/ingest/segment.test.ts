import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inEnglish } from '../../lib/funnel/sentences/index.ts';
import { channelOf } from '../../server/ingest/channel.ts';
import { storable } from '../../server/ingest/rejects.ts';
import { correctedTime, readEvent, type SegmentEvent } from '../../server/ingest/segment/event.ts';
import { mapEvent } from '../../server/ingest/segment/map.ts';
import { fits, writeKeysIn } from '../../server/ingest/segment/receive.ts';
import { ruleFor } from '../../server/ingest/segment/rules.ts';
import { stageOf } from '../../server/ingest/stage-words.ts';

const receivedAt = Date.parse('2026-11-22T09:00:00Z');
const envelope = { receivedAt, name: () => 'named' };
const read = (raw: unknown, sentAt?: unknown): SegmentEvent => {
  const result = readEvent(raw, { ...envelope, sentAt });
  if ('reject' in result) throw new Error(inEnglish(result.reject));
  return result.event;
};
const map = (raw: Record<string, unknown>) => {
  const result = mapEvent(read({ userId: 'u1', messageId: 'm', ...raw }), 'segment:k');
  if ('reject' in result) throw new Error(inEnglish(result.reject));
  return result.arrival;
};

describe('an event', () => {
  it.each([
    [[], /JSON object/],
    ['text', /JSON object/],
    [null, /JSON object/],
    [{ type: 'purchase', userId: 'u' }, /"type" must be one of identify/],
    [{ type: 'track', event: 'X' }, /names nobody/],
    [{ type: 'track', userId: 'u' }, /needs the name/],
    [{ type: 'track', userId: '', anonymousId: '  ', event: 'X' }, /names nobody/],
    [{ type: 'alias', userId: 'u' }, /previousId/],
    [{ type: 'group', userId: 'u' }, /groupId/],
    [{ type: 'track', userId: 'u', event: 'X', timestamp: 'soon' }, /not a time/],
    [{ type: 'track', userId: 'u', event: 'X', timestamp: '1970-01-01T00:00:00Z' }, /before the year 2000/],
    [{ type: 'track', userId: 'u', event: 'X', properties: { text: 'x'.repeat(33_000) } }, /33 KB.*32 KB at most/],
  ])('that is wrong says why: %j', (raw, why) => {
    const result = readEvent(raw, envelope);
    expect('reject' in result && inEnglish(result.reject)).toMatch(why);
  });

  it('nested without end is put aside, not a crash', () => {
    const nested = (levels: number) => JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`);
    const result = readEvent({ type: 'track', userId: 'u', event: 'X', properties: nested(100_000) }, envelope);
    expect('reject' in result && inEnglish(result.reject)).toMatch(/196 KB/);
    // PostgreSQL's own parser gives up far earlier than the limit on size.
    expect(storable({ deep: nested(10_000) })).toMatch(/^"/);
    expect(storable({ shallow: nested(10) })).toMatch(/^\{/);
    expect(storable({ nul: 'a\0b' })).toMatch(/^"/);
    expect(storable({ half: '\ud800' })).toMatch(/^"/);
  });

  it('takes numbers as ids, merges the batch’s context under its own, and needs no messageId', () => {
    const result = readEvent({ type: 'track', userId: 42, event: 'X', context: { a: 2 } }, { ...envelope, context: { a: 1, b: 1 } });
    expect(result).toEqual({
      event: expect.objectContaining({ userId: '42', context: { a: 2, b: 1 }, messageId: 'named', at: '2026-11-22T09:00:00.000Z' }),
    });
  });

  it('never holds what PostgreSQL cannot store', () => {
    const event = read({ type: 'identify', userId: 'a\0b', traits: { name: 'half \ud800 pair', email: 'x@y.example' } });
    expect(event.userId).toBe('ab');
    const mapped = mapEvent(event, 's');
    expect('arrival' in mapped && mapped.arrival.person?.name).toBe('half \ufffd pair');
  });
});

describe('time', () => {
  const at = (event: Record<string, unknown>, sentAt?: string) => {
    const ms = correctedTime(event, sentAt, receivedAt);
    return ms === undefined ? undefined : new Date(ms).toISOString();
  };
  it('is corrected by what the device’s clock says when it sends', () => {
    // A clock that is two hours ahead.
    expect(at({ timestamp: '2026-11-22T10:30:00Z' }, '2026-11-22T11:00:00Z')).toBe('2026-11-22T08:30:00.000Z');
    // Ten years behind.
    expect(at({ timestamp: '2016-11-22T08:30:00Z' }, '2016-11-22T09:00:00Z')).toBe('2026-11-22T08:30:00.000Z');
  });
  it('is kept when nothing is known about the device’s clock, and is now when nothing is said', () => {
    expect(at({ timestamp: '2026-11-20T00:00:00+01:00' })).toBe('2026-11-19T23:00:00.000Z');
    expect(at({})).toBe('2026-11-22T09:00:00.000Z');
  });
  it('is never in the future', () => {
    expect(at({ timestamp: '2030-01-01T00:00:00Z' })).toBe('2026-11-22T09:00:00.000Z');
    expect(at({ timestamp: '2026-11-22T12:00:00Z' }, '2026-11-22T09:00:00Z')).toBe('2026-11-22T09:00:00.000Z');
  });
  it('of an event that another pipeline forwards has been corrected there', () => {
    expect(
      at({
        timestamp: '2026-11-01T00:00:00Z',
        originalTimestamp: '2020-01-01T00:00:00Z',
        receivedAt: '2026-11-01T00:00:01Z',
        sentAt: '2020-01-01T00:00:01Z',
      }),
    ).toBe('2026-11-01T00:00:00.000Z');
  });
  it('keeps distances and order, whatever the skew (property)', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1e10, max: 1e10 }),
        fc.integer({ min: 0, max: 1e9 }),
        fc.integer({ min: 0, max: 1e9 }),
        (skew, a, b) => {
          const sent = new Date(receivedAt + skew).toISOString();
          const one = correctedTime({ timestamp: new Date(receivedAt + skew - a).toISOString() }, sent, receivedAt)!;
          const two = correctedTime({ timestamp: new Date(receivedAt + skew - b).toISOString() }, sent, receivedAt)!;
          expect(one).toBe(receivedAt - a);
          expect(one - two).toBe(b - a);
        },
      ),
    );
  });
});

describe('what events mean', () => {
  it.each([
    ['Email Delivered', 'sent'],
    ['Email Opened', 'opened'],
    ['email_link_clicked', 'click'],
    ['EmailBounced', 'bounced'],
    ['Email Marked as Spam', 'nothing'],
    ['Unsubscribed', 'nothing'],
    ['Form Submitted', 'form'],
    ['Contact Form Submitted', 'form'],
    ['Webinar Attended', 'attended'],
    ['webinar.registered', 'form'],
    ['Whitepaper Downloaded', 'downloaded'],
    ['Article Read', 'read'],
    ['Application Opened', 'nothing'],
    ['Something nobody described', 'visited'],
  ])('%s is %s', (name, kind) => {
    expect(ruleFor(name).kind).toBe(kind);
  });

  it('a workspace may say so first', () => {
    const own = [
      { event: 'Seat * taken', kind: 'attended', channel: 'webinar' } as const,
      { event: 'Form Submitted', kind: 'nothing' } as const,
    ];
    expect(ruleFor('Seat 14 taken', own)).toMatchObject({ kind: 'attended', channel: 'webinar' });
    expect(ruleFor('form submitted', own).kind).toBe('nothing');
    expect(ruleFor('Email Opened', own).kind).toBe('opened');
  });

  it('a mail event is about whom it was sent to', () => {
    expect(
      map({
        type: 'track',
        event: 'Email Link Clicked',
        properties: {
          email: 'dana@northwind.example',
          campaign_id: 'c1',
          campaign_name: 'October',
          email_subject: 'Hello',
          link_url: 'https://x.example/a',
        },
        context: { traits: { email: 'other@northwind.example' } },
      }),
    ).toMatchObject({
      person: { keys: [{ kind: 'email', value: 'dana@northwind.example' }], aliases: [{ kind: 'user', value: 'u1' }] },
      touch: {
        kind: 'click',
        channel: 'email',
        asset: 'Hello',
        link: 'https://x.example/a',
        campaign: { name: 'October', ref: 'c1', channel: 'email' },
      },
      source: 'segment:k',
      sourceId: 'm',
    });
    // In any other event an address in the properties may be somebody else's.
    expect(map({ type: 'track', event: 'Invite Sent', properties: { email: 'friend@northwind.example' } }).person?.keys).toEqual([]);
  });

  it('a page is content or a visit, and comes from where the evidence says', () => {
    const page = (properties: Record<string, unknown>, context: Record<string, unknown> = {}) =>
      map({ type: 'page', properties, context }).touch;
    expect(page({ path: '/blog/churn', title: 'Churn', url: 'https://r.example/blog/churn', referrer: 'https://www.google.com/' })).toEqual(
      { kind: 'read', channel: 'search', asset: 'Churn', link: 'https://r.example/blog/churn' },
    );
    expect(page({ path: '/pricing', title: 'Pricing', url: 'https://r.example/pricing', referrer: 'https://r.example/' })).toMatchObject({
      kind: 'visited',
      channel: 'direct',
    });
    expect(page({ title: 'A', category: 'Content' })).toMatchObject({ kind: 'read', channel: 'content' });
    expect(page({ path: '/a' }, { campaign: { name: 'Spring', medium: 'cpc', source: 'google' } })).toMatchObject({
      channel: 'paid_search',
      campaign: { name: 'Spring', channel: 'paid_search' },
    });
    expect(page({ url: 'javascript:alert(1)', path: '/x' })).toEqual({ kind: 'visited', channel: 'direct', asset: '/x' });
  });

  it.each([
    [{ medium: 'CPC', source: 'linkedin' }, 'paid_social'],
    [{ medium: 'paid-social' }, 'paid_social'],
    [{ medium: 'Newsletter' }, 'email'],
    [{ medium: 'webinar' }, 'webinar'],
    [{ referrer: 'https://lnkd.in/x' }, 'social'],
    [{ referrer: 'https://partner.example/x', url: 'https://r.example/' }, 'referral'],
    [{ referrer: 'https://www.r.example/a', url: 'https://r.example/b' }, undefined],
    [{ medium: 'unheard of' }, undefined],
    [{}, undefined],
  ])('channel of %j', (origin, channel) => {
    expect(channelOf(origin)).toBe(channel);
  });

  it('identify tells who, and may name a stage', () => {
    expect(
      map({
        type: 'identify',
        anonymousId: 'a1',
        traits: {
          email: 'Dana@Northwind.example',
          firstName: 'Dana',
          lastName: 'Whitfield',
          jobTitle: 'VP',
          company: { name: 'Northwind' },
          linkedin: 'https://linkedin.com/in/dana',
          lifecycleStage: 'Marketing Qualified Lead',
          intent: 'high',
        },
      }),
    ).toMatchObject({
      person: { keys: [{ kind: 'email' }, { kind: 'linkedin' }], name: 'Dana Whitfield', title: 'VP', company: 'Northwind' },
      stage: { to: 'mql', intent: 'high' },
      ties: [{ from: { kind: 'anonymous', value: 'a1' }, to: { kind: 'user', value: 'u1' } }],
    });
    expect(map({ type: 'identify', userId: 'dana@northwind.example', traits: {} }).person?.keys).toEqual([
      { kind: 'email', value: 'dana@northwind.example' },
    ]);
    expect(mapEvent(read({ type: 'identify', userId: 'u', traits: { email: 'nobody' } }), 's')).toEqual({
      reject: { code: 'event-no-address', facts: { where: 'traits' } },
    });
    expect(mapEvent(read({ type: 'identify', userId: 'u', traits: { stage: 'wizard' } }), 's')).toEqual({
      reject: expect.objectContaining({ code: 'event-stage' }),
    });
    expect(map({ type: 'track', event: 'Lifecycle Stage Changed', properties: { to: 'sql' } }).stage).toEqual({ to: 'sql' });
  });

  it.each([
    ['MQL', 'mql'],
    ['marketingqualifiedlead', 'mql'],
    ['Sales Qualified Lead', 'sql'],
    ['Closed Won', 'customer'],
    ['Recycled', 'recycled'],
    ['wizard', undefined],
    ['', undefined],
  ])('the stage %j is %s', (word, stage) => {
    expect(stageOf(word)).toBe(stage);
  });

  it('whatever JSON comes, it is an arrival or a sentence (property)', () => {
    const shape = fc.record(
      {
        type: fc.constantFrom('identify', 'track', 'page', 'screen', 'group', 'alias', 'x'),
        userId: fc.oneof(fc.string(), fc.jsonValue()),
        anonymousId: fc.oneof(fc.string(), fc.constant(undefined)),
        previousId: fc.string(),
        groupId: fc.jsonValue(),
        event: fc.oneof(fc.constantFrom('Email Opened', 'Stage Changed', 'Form Submitted'), fc.jsonValue()),
        name: fc.jsonValue(),
        timestamp: fc.jsonValue(),
        traits: fc.oneof(fc.jsonValue(), fc.record({ email: fc.jsonValue(), company: fc.jsonValue(), stage: fc.jsonValue() })),
        properties: fc.oneof(
          fc.jsonValue(),
          fc.record({ url: fc.jsonValue(), title: fc.jsonValue(), campaign: fc.jsonValue(), channel: fc.jsonValue() }),
        ),
        context: fc.oneof(fc.jsonValue(), fc.record({ campaign: fc.jsonValue(), page: fc.jsonValue(), traits: fc.jsonValue() })),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(shape, (raw) => {
        const result = readEvent(raw, envelope);
        if ('reject' in result) expect(inEnglish(result.reject)).toMatch(/\.$/);
        else {
          const mapped = mapEvent(result.event, 's');
          const text = JSON.stringify(mapped);
          expect(text).not.toMatch(/\\u0000|\\ud[89ab]/i);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('a request', () => {
  it('names its write key in four ways', () => {
    const basic = `Basic ${Buffer.from('wk:').toString('base64')}`;
    expect(writeKeysIn(new Headers({ authorization: basic }), {})).toEqual(['wk']);
    expect(writeKeysIn(new Headers({ authorization: 'Bearer token' }), { writeKey: 'wk' })).toEqual(['wk', 'token']);
    expect(writeKeysIn(new Headers({ 'x-write-key': 'wk' }), [])).toEqual(['wk']);
    expect(writeKeysIn(new Headers(), { writeKey: 5 })).toEqual([]);
  });

  it('fits without the events that are too large by themselves', () => {
    const event = (kb: number) => ({ type: 'track', text: 'x'.repeat(kb * 1024) });
    expect(fits([event(600), event(20), event(20)])).toBe(true);
    expect(fits(Array.from({ length: 16 }, () => event(31)))).toBe(true);
    expect(fits(Array.from({ length: 17 }, () => event(31)))).toBe(false);
  });
});
