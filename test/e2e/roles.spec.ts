import type { Page } from '@playwright/test';
import { ask, signIn } from '../../scripts/parts/sign-in.ts';
import type { Backend } from '../harness/backend.ts';
import { cardIn, type Extension, press } from '../harness/extension.ts';
import { gmail } from '../harness/gmail.ts';
import type { Marketing } from '../harness/marketing.ts';
import { admin, rep } from '../harness/people.ts';
import { attendedAndRead, expect, somebody, test, times } from './house.ts';

/** What an admin changes about people while a browser of theirs is open, or away. */

const password = 'a pass phrase of four words';

/** A new rep of the sample workspace, signed in in the browser. */
async function newRep(
  extension: Extension,
  backend: Backend,
): Promise<{ id: string; email: string; change: (body: object) => Promise<unknown> }> {
  const asAdmin = await backend.as(admin);
  const email = `new.${crypto.randomUUID().slice(0, 8)}@ridgeway.example`;
  const { id } = await asAdmin<{ id: string }>('POST', '/v1/users', { email, name: 'Noor Vries', role: 'rep' });
  const change = (body: object) => asAdmin('PATCH', `/v1/users/${id}`, body);
  await change({ password });
  await signIn(extension.context, backend.url, { email, password });
  return { id, email, change };
}

/** The new rep beside a mail of somebody who was handed over to them. */
async function atWork(fresh: Extension, backend: Backend, market: Marketing) {
  const person = somebody();
  const lead = await market.touch(person, attendedAndRead);
  const user = await newRep(fresh, backend);
  await market.handOver(lead, user.email, ['Asked for a demo']);
  const options = await fresh.open('options.html');
  await ask(options, 'sync');
  const page = await fresh.context.newPage();
  await (await gmail(fresh.context)).show(page, 'thread-several-messages', person);
  const card = await cardIn(page);
  await expect(card.getByText('Waiting for you')).toBeVisible();
  return { person, lead, user, options, page, card };
}

/** The next request tells it, once the backend no longer takes its own word of a few seconds ago for who this is. */
async function signedOut(options: Page): Promise<void> {
  const state = async () => {
    await ask(options, 'sync').catch(() => undefined);
    return (await ask(options, 'status')).connection.state;
  };
  await expect.poll(state).toBe('signed-out');
}

test('whose role is changed is signed out, and signed in again sees the cards of the new role; what they had done is refused in words', async ({
  fresh,
  backend,
  market,
  wire,
}) => {
  test.setTimeout(120_000);
  const { person, lead, user, options, page, card } = await atWork(fresh, backend, market);

  // Away when it happens, with an act on the device.
  wire.cut(backend.url);
  await press(card.getByRole('button', { name: 'Accept' }));
  await expect(card.getByText('Accepted, saved here')).toBeVisible();
  await user.change({ role: 'marketer' });
  wire.mend();
  await signedOut(options);
  await expect(card.getByRole('heading', { name: person.name })).toHaveCount(0);
  expect(await times(market, lead, 'stage', 'sal')).toBe(0);

  await signIn(fresh.context, backend.url, { email: user.email, password });
  await ask(options, 'sync');
  expect((await ask(options, 'status')).me?.role).toBe('marketer');
  await expect.poll(async () => (await ask(options, 'outbox')).map(({ status }) => status)).toEqual(['refused']);
  const [act] = await ask(options, 'outbox');
  expect(act!.sentence).toBeTruthy();
  expect(await times(market, lead, 'stage', 'sal')).toBe(0);
  await page.bringToFront();
  await expect(card.getByRole('button', { name: 'Accept' })).toHaveCount(0);
  await expect(card.getByText('What sales did')).toBeVisible();
});

test('who is removed keeps no card and gets none, and what waited for them is back with the team', async ({
  fresh,
  backend,
  market,
  wire,
}) => {
  test.setTimeout(120_000);
  const { person, lead, user, options, card } = await atWork(fresh, backend, market);

  await user.change({ disabled: true });
  await signedOut(options);
  await expect(card.getByRole('heading', { name: person.name })).toHaveCount(0);
  await expect(card.getByText('Waiting for you')).toHaveCount(0);
  expect((await ask(options, 'status')).cards).toBe(0);
  wire.since();
  await ask(options, 'check', { value: person.email }).catch(() => undefined);
  expect(wire.since().filter(({ url }) => url.includes('/v1/'))).toEqual([]);
  expect((await market.card(lead)).handoff?.to).toBeUndefined();
});

test('when a colleague is removed the key of the lead set is another, and everybody who stays goes on', async ({
  fresh,
  backend,
  market,
  wire,
}) => {
  test.setTimeout(120_000);
  const person = somebody();
  const lead = await market.touch(person, attendedAndRead);
  await market.handOver(lead, rep, ['Asked for a demo']);
  await signIn(fresh.context, backend.url, { sample: rep });
  const options = await fresh.open('options.html');
  await ask(options, 'sync');
  const asRep = await backend.as(rep);
  // The next key is told beside the one that still holds for a while, so that nobody is without.
  const kid = async () => {
    const key = await asRep<{ kid: number; next?: { kid: number } }>('GET', '/v1/leadset/key');
    return key.next?.kid ?? key.kid;
  };

  const asAdmin = await backend.as(admin);
  const { id } = await asAdmin<{ id: string }>('POST', '/v1/users', {
    email: `gone.${crypto.randomUUID().slice(0, 8)}@ridgeway.example`,
    name: 'Gone Soon',
    role: 'rep',
  });
  // Not earlier: the key may just be being replaced because of somebody who was removed before.
  const before = await kid();
  await asAdmin('PATCH', `/v1/users/${id}`, { disabled: true });
  await expect.poll(kid, { timeout: 60_000 }).not.toBe(before);

  await ask(options, 'sync');
  const page = await fresh.context.newPage();
  await (await gmail(fresh.context)).show(page, 'thread-several-messages', person);
  await expect((await cardIn(page)).getByText('Waiting for you')).toBeVisible();
  // And nobody else has become known by it.
  wire.since();
  expect(await ask(options, 'check', { value: `nobody.${crypto.randomUUID()}@elsewhere.example` })).toMatchObject({ known: 'stranger' });
  expect(wire.since().filter(({ url }) => url.startsWith(backend.url))).toEqual([]);
});
