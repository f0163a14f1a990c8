import fc from 'fast-check';
import { expect, test } from 'vitest';
import { attempted, type Known, pulled, released, type Said, wrote } from '../../server/sources/stage-rule.ts';

/**
 * Both sides change at once, pulls repeat and come late, answers to writes are lost: a model of a CRM field and of a
 * lead, related only by the rule. A pull hands over the field's whole history, as HubSpot does.
 */
type Step =
  | { do: 'crm'; value: string }
  | { do: 'handOver' }
  | { do: 'decide'; value: string; closes: boolean }
  | { do: 'push'; lost: boolean }
  | { do: 'pull'; upTo: number };
const value = fc.constantFrom('a', 'b', 'c', 'd');
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('crm' as const), value }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('handOver' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('decide' as const), value, closes: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('push' as const), lost: fc.boolean() }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('pull' as const), upTo: fc.nat(3) }) },
);

class World {
  now = 1;
  crm: { value: string; at: string; by: 'crm' | 'baton' }[] = [];
  known: Known = {};
  lead: { value: string; open: boolean; decidedAt?: string } = { value: '-', open: false };
  waiting: { value: string; at: string }[] = [];
  applied: Said[] = [];

  tick = () => new Date(++this.now * 1000).toISOString();
  get owned() {
    return this.lead.open || this.waiting.length > 0;
  }
  apply(news: Said | undefined) {
    if (!news) return;
    this.applied.push(news);
    this.lead.value = news.value;
  }
  release() {
    if (this.owned) return;
    const { known, news } = released(this.known, this.lead.decidedAt);
    this.known = known;
    this.apply(news);
  }
  step(s: Step) {
    if (s.do === 'crm') {
      const at = this.tick();
      if (this.crm.at(-1)?.value !== s.value) this.crm.push({ value: s.value, at, by: 'crm' });
    }
    if (s.do === 'handOver') this.lead.open = true;
    if (s.do === 'decide') {
      const at = this.tick();
      this.lead = { value: s.value, open: this.lead.open && !s.closes, decidedAt: at };
      this.waiting.push({ value: s.value, at });
    }
    if (s.do === 'push') this.push(s.lost);
    if (s.do === 'pull') this.pull(s.upTo);
  }
  push(lost: boolean) {
    const write = this.waiting[0];
    if (!write) return;
    const at = this.tick();
    const newest = this.crm.at(-1);
    const kept = newest?.by === 'crm' && newest.at > write.at && newest.value !== write.value;
    const changes = !kept && newest?.value !== write.value;
    if (changes) this.crm.push({ value: write.value, at, by: 'baton' });
    if (lost && changes) {
      this.known = attempted(this.known, write.value, at, at);
    }
    if (lost) return;
    this.waiting.shift();
    this.known = wrote(this.known, changes ? write.value : undefined, write.at, at);
    this.release();
  }
  pull(missing: number) {
    for (const seen of this.crm.slice(0, Math.max(0, this.crm.length - missing))) {
      const { known, news } = pulled(this.known, seen, this.owned, this.lead.decidedAt);
      this.known = known;
      this.apply(news);
    }
    this.release();
  }
}

test('however both sides change, in the end they are equal, and nothing comes back as news that Baton wrote', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const world = new World();
      for (const s of steps) world.step(s);
      // Everything is answered, written and read.
      world.lead.open = false;
      while (world.waiting.length > 0) world.push(false);
      world.pull(0);
      world.pull(0);
      if (world.crm.length > 0) expect(world.lead.value).toBe(world.crm.at(-1)!.value);
      const own = new Set(world.crm.filter((c) => c.by === 'baton').map((c) => c.at));
      expect(world.applied.filter((a) => own.has(a.at))).toEqual([]);
      expect(new Set(world.applied.map((a) => a.at)).size).toBe(world.applied.length);
    }),
    { numRuns: 5000 },
  );
});
