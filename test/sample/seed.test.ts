import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cardsBatch } from '../../lib/contract/routes/cards.ts';
import type { Actor } from '../../lib/funnel/lead.ts';
import { base64url } from '../../lib/funnel/tag.ts';
import { freezeEnded } from '../../server/digests/freeze.ts';
import { dana, sampleSeed, users } from '../../server/sample/cast.ts';
import { generate } from '../../server/sample/generate.ts';
import { replay, touchesByPerson } from '../../server/sample/replay.ts';
import { seedSample } from '../../server/sample/seed.ts';
import { iso } from '../../server/sample/times.ts';
import { checkPassword } from '../../server/sign-in/password.ts';
import { samplePassword } from '../../server/sign-in/sample.ts';
import { readLeads } from '../../server/store/leads.ts';
import type { Tables } from '../../server/store/tables.ts';
import { type TestServer, testServer } from '../server/harness.ts';

const now = Date.parse('2026-11-24T11:45:00Z');
let server: TestServer;
let workspace: string;
beforeAll(async () => {
  server = await testServer();
  workspace = await seedSample(server.store, now);
});
afterAll(() => server.close());
const all = <T extends keyof Tables>(table: T) =>
  server.in(
    (trx) =>
      trx
        .selectFrom(table as 'person')
        .selectAll()
        .where('workspace', '=', workspace)
        .execute(),
    workspace,
  ) as unknown as Promise<Record<string, unknown>[]>;

describe('the sample workspace', () => {
  const sample = generate(sampleSeed, now);

  it('holds what was generated, every touch of it', async () => {
    expect(await all('person')).toHaveLength(400);
    expect(await all('lead')).toHaveLength(400);
    expect(await all('touch')).toHaveLength(sample.touches.length);
    expect(await all('feedback')).toHaveLength(sample.feedback.length);
    expect((await all('campaign')).map(({ name }) => name).sort()).toEqual(sample.campaigns.map(({ name }) => name).sort());
    expect(await all('spend')).toHaveLength(sample.campaigns.flatMap(({ spend }) => spend).length);
    expect(await all('agreement_signature')).toHaveLength(2);
    const counted = (await all('person_campaign')).reduce((sum, row) => sum + Number(row.active) + Number(row.passive), 0);
    expect(counted).toBe(sample.touches.filter(({ campaign }) => campaign).length);
  });

  it('has the reports of past weeks, months and quarters, as frozen as the clock makes them', async () => {
    const frozen = await all('digest');
    const weeks = [40, 41, 42, 43, 44, 45, 46, 47].map((week) => `2026-W${week}`);
    expect(frozen.map(({ period }) => period).sort()).toEqual(['2026-09', '2026-10', '2026-Q3', ...weeks]);
    // The clock finds nothing left to do.
    expect(await freezeEnded(server.store, workspace, iso(now))).toEqual([]);
    expect((await all('digest_comment')).map(({ period, team }) => `${period} ${team}`).sort()).toEqual(
      ['2026-10', '2026-Q3', '2026-W47'].flatMap((period) => [`${period} marketing`, `${period} sales`]),
    );
    const rep = (await all('app_user')).find(({ email }) => email === users.find(({ key }) => key === 'rep')!.email)!.id;
    const read = (await all('digest_seen')).filter(({ by_user }) => by_user === rep).map(({ period }) => period);
    expect(read).toContain('2026-W46');
    expect(read).not.toContain('2026-W47');
  });

  it('holds every lead as the rules made it', async () => {
    const accounts = new Map((await all('app_user')).map((row) => [row.email as string, row.id as string]));
    const actors = new Map<string, Actor>(
      users.map((u) => [u.key, { id: accounts.get(u.email)!, kind: 'user', role: u.role, name: u.name }]),
    );
    const ids = new Map((await all('person_key')).map((row) => [row.value as string, row.person as string]));
    const touches = touchesByPerson(sample);
    const stored = await server.in((trx) => readLeads(trx, workspace, [...ids.values()]), workspace);
    for (const [i, person] of sample.people.entries()) {
      const id = ids.get(person.email)!;
      const wanted = replay(id, person, touches.get(i) ?? [], sample, actors, now, () => 'new').at(-1)!.applied.lead;
      const lead = stored.get(id)!;
      if (wanted.handoff) wanted.handoff.id = lead.handoff!.id;
      expect(lead).toEqual(wanted);
    }
  });

  it('has the accounts it names, and they sign in', async () => {
    const accounts = await all('app_user');
    for (const email of ['rep', 'marketer', 'manager', 'admin'].map((name) => `${name}@ridgeway.example`)) {
      const account = accounts.find((row) => row.email === email)!;
      expect(account.role).toBe(email.split('@')[0]);
      expect(await checkPassword(samplePassword, account.password_hash as string)).toBe(true);
    }
  });

  it('has no hand-off that the clock takes away at once', async () => {
    const overdue = await server.in(
      (trx) =>
        trx
          .selectFrom('lead')
          .select('id')
          .where('workspace', '=', workspace)
          .where('stage', 'in', ['mql', 'sal'])
          .where('pool_at', '<=', iso(now))
          .where('pooled_at', 'is', null)
          .where('owes', 'is not', null)
          .execute(),
      workspace,
    );
    expect(overdue).toEqual([]);
  });

  it('shows Dana Whitfield’s card to the sample rep', async () => {
    const [key] = (await all('person_key')).filter(({ value }) => value === sample.people[dana]!.email);
    const [tag] = (await all('key_tag')).filter(({ person_key }) => person_key === key!.id);
    server.clock.now = now;
    const colleague = await server.user('rep', { workspace });
    const { body, status } = await server.call(colleague, cardsBatch, {
      body: { kid: tag!.kid as number, tags: [base64url(tag!.tag as Uint8Array)] },
    });
    expect(status).toBe(200);
    const card = body.items[0]!.card;
    expect(card).toMatchObject({
      stage: 'mql',
      person: { name: 'Dana Whitfield', title: 'VP Operations', company: 'Northwind Labs' },
      handoff: {
        state: 'waiting',
        to: 'Robin Castellan',
        why: ['Attended “Cut churn in Q4: one play each”', expect.stringContaining('Downloaded'), 'Visited “Pricing”, 2 times'],
      },
      clock: { state: 'on_track' },
      criteria: { met: ['icp', 'intent', 'role'] },
    });
    expect(card.campaigns.map((c: { name: string; active: number }) => [c.name, c.active])).toEqual(
      expect.arrayContaining([
        ['Cut churn in Q4', 4],
        [expect.stringMatching(/^Ops benchmark/), 2],
      ]),
    );
    expect(card.clock.leftMinutes).toBeCloseTo(192, -1);
  });
});
