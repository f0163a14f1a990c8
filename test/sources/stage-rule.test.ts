import fc from 'fast-check';
import { expect, test } from 'vitest';
import { attempted, isOwn, type Known, type Own, pulled, released, type Said, wrote } from '../../server/sources/stage-rule.ts';

/**
 * Both sides change at once, pulls repeat and come late, answers to writes are lost or slow: a model of a CRM field and
 * of a lead, related only by the rule. A write looks first and writes then, and anything may happen in between. A pull
 * hands over the field's whole history, as HubSpot does.
 */
type Step =
  | { do: 'crm'; value: string }
  | { do: 'handOver' }
  | { do: 'decide'; value: string; closes: boolean }
  | { do: 'look' }
  | { do: 'write' }
  | { do: 'answer'; lost: boolean }
  | { do: 'pull'; upTo: number };
const value = fc.constantFrom('a', 'b', 'c', 'd');
const step: fc.Arbitrary<Step & { ms: number }> = fc
  .tuple(
    fc.oneof(
      { weight: 3, arbitrary: fc.record({ do: fc.constant('crm' as const), value }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('handOver' as const) }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('decide' as const), value, closes: fc.boolean() }) },
      { weight: 3, arbitrary: fc.record({ do: fc.constant('look' as const) }) },
      { weight: 3, arbitrary: fc.record({ do: fc.constant('write' as const) }) },
      { weight: 3, arbitrary: fc.record({ do: fc.constant('answer' as const), lost: fc.boolean() }) },
      { weight: 4, arbitrary: fc.record({ do: fc.constant('pull' as const), upTo: fc.nat(3) }) },
    ),
    fc.oneof(fc.integer({ min: 1, max: 3_000 }), fc.integer({ min: 3_000, max: 60_000 })),
  )
  .map(([s, ms]) => ({ ...s, ms }));

/** Two decisions of one value, somebody in between looking and writing, and a pull that ends before our own word. */
const repeated: (Step & { ms: number })[] = [
  { do: 'decide', value: 'b', closes: false, ms: 1 },
  { do: 'decide', value: 'b', closes: false, ms: 1 },
  { do: 'look', ms: 3_000 },
  { do: 'crm', value: 'a', ms: 3_000 },
  { do: 'write', ms: 1 },
  { do: 'answer', lost: false, ms: 3_000 },
  { do: 'pull', upTo: 1, ms: 1 },
];

class World {
  now = 1_000_000;
  crm: { value: string; at: string; by: 'crm' | 'baton' }[] = [];
  known: Known = {};
  lead: { value: string; open: boolean; decidedAt?: string } = { value: '-', open: false };
  waiting: { value: string; at: string }[] = [];
  sending: { changes: boolean; stands?: Said; from?: string; own?: Own } | undefined;
  applied: Said[] = [];

  at = () => new Date(this.now).toISOString();
  get owned() {
    return this.lead.open || this.waiting.length > 0;
  }
  apply(news: Said | undefined) {
    // A lead that is at this stage already does not move.
    if (!news || news.value === this.lead.value) return;
    this.applied.push(news);
    this.lead.value = news.value;
  }
  release() {
    if (this.owned) return;
    const { known, news } = released(this.known, this.lead.decidedAt);
    this.known = known;
    this.apply(news);
  }
  step(s: Step, ms: number) {
    this.now += ms;
    if (s.do === 'crm') {
      if (this.crm.at(-1)?.value !== s.value) this.crm.push({ value: s.value, at: this.at(), by: 'crm' });
    }
    if (s.do === 'handOver') this.lead.open = true;
    if (s.do === 'decide') {
      this.lead = { value: s.value, open: this.lead.open && !s.closes, decidedAt: this.at() };
      this.waiting.push({ value: s.value, at: this.at() });
    }
    if (s.do === 'look') this.look();
    if (s.do === 'write') this.write();
    if (s.do === 'answer') this.answer(s.lost);
    if (s.do === 'pull') this.pull(s.upTo);
  }
  look() {
    const write = this.waiting[0];
    if (!write || this.sending) return;
    const newest = this.crm.at(-1);
    const kept = newest && newest.at > write.at && newest.value !== write.value && !isOwn(this.known.own, newest.value, newest.at);
    this.sending = { changes: !kept && newest?.value !== write.value, ...(kept && { stands: newest }) };
  }
  write() {
    if (!this.sending || this.sending.from) return;
    const { value } = this.waiting[0]!;
    this.sending.from = this.at();
    if (!this.sending.changes) return;
    if (this.crm.at(-1)?.value !== value) this.crm.push({ value, at: this.at(), by: 'baton' });
    this.sending.own = { value, from: this.at(), to: this.at() };
  }
  answer(lost: boolean) {
    if (!this.sending?.from) return;
    const { own, stands } = this.sending;
    if (own) own.to = this.at();
    this.sending = undefined;
    if (lost) {
      if (own) this.known = attempted(this.known, { ...own, decidedAt: this.waiting[0]!.at });
      return;
    }
    const write = this.waiting.shift()!;
    this.known = wrote(this.known, write.at, { own, stands, ...(!own && !stands && { already: write.value }) });
    this.release();
  }
  pull(missing: number) {
    let news: Said[] = [];
    for (const seen of this.crm.slice(0, Math.max(0, this.crm.length - missing))) {
      const told = pulled(this.known, seen, this.owned, this.lead.decidedAt);
      this.known = told.known;
      if (told.own) news = [];
      if (told.news) news.push(told.news);
    }
    for (const one of news) this.apply(one);
    this.release();
  }
  finish() {
    this.lead.open = false;
    for (let i = 0; this.waiting.length > 0 || this.sending; i++) {
      this.now += 10_000;
      this.look();
      this.write();
      this.answer(false);
      if (i > 1000) throw new Error('It never ends.');
    }
    this.now += 10_000;
    this.pull(0);
    this.pull(0);
  }
}

test('however both sides change, in the end they are equal, nothing is doubled, and nothing comes back that Baton wrote', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 50 }), (steps) => {
      const world = new World();
      for (const s of steps) world.step(s, s.ms);
      world.finish();
      if (world.crm.length > 0) expect(world.lead.value).toBe(world.crm.at(-1)!.value);
      expect(new Set(world.applied.map((a) => a.at)).size).toBe(world.applied.length);
      const own = new Set(world.crm.filter((c) => c.by === 'baton').map((c) => c.at));
      // What Baton wrote is said again only where somebody else's word had got in between and was believed.
      for (const echo of world.applied.filter((a) => own.has(a.at))) {
        const before = world.applied.filter((a) => a.at < echo.at && !own.has(a.at)).at(-1);
        expect(before).toBeDefined();
      }
    }),
    { numRuns: 10_000, examples: [[repeated]] },
  );
});

test('where nobody gets in between looking and writing, nothing that Baton wrote ever comes back', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 50 }), (steps) => {
      const world = new World();
      for (const s of steps) {
        if (s.do === 'write' || s.do === 'answer') continue;
        world.step(s, s.ms);
        if (s.do !== 'look') continue;
        world.write();
        world.now += 50;
        world.answer(s.ms % 3 === 0);
      }
      world.finish();
      if (world.crm.length > 0) expect(world.lead.value).toBe(world.crm.at(-1)!.value);
      const own = new Set(world.crm.filter((c) => c.by === 'baton').map((c) => c.at));
      expect(world.applied.filter((a) => own.has(a.at))).toEqual([]);
    }),
    { numRuns: 10_000 },
  );
});
