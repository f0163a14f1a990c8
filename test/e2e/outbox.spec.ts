import { ask } from '../../scripts/parts/sign-in.ts';
import { cardIn, press } from '../harness/extension.ts';
import { decides, expect, test, times, toBackend } from './house.ts';

test.setTimeout(120_000);

test('a worker killed while the act is still held sends it once', async ({
  opened: { page, card },
  extension,
  mail,
  lead,
  prospect,
  market,
  wire,
  backend,
}) => {
  await press(card.getByRole('button', { name: 'Accept' }));
  await expect(card.getByText('Accepted, saved here')).toBeVisible();
  await extension.killWorker();
  expect(await times(market, lead, 'stage', 'sal')).toBe(0);
  // The next mail wakes it.
  await mail.show(page, 'reply-inline', prospect);
  await expect.poll(() => times(market, lead, 'stage', 'sal'), { timeout: 60_000 }).toBe(1);
  expect(toBackend(wire, backend).filter(decides)).toHaveLength(1);
});

test('a worker killed while the act is on its way, the answer lost: sent again, applied once', async ({
  opened: { page, card },
  extension,
  mail,
  lead,
  prospect,
  market,
  wire,
  backend,
}) => {
  let lose = () => {};
  const lost = new Promise<void>((resolve) => {
    lose = resolve;
  });
  let first = true;
  wire.hold(
    (request) => first && decides(request),
    async () => {
      first = false;
      await lost;
      return 'lose';
    },
  );
  await press(card.getByRole('button', { name: 'Accept' }));
  await wire.seen(decides);
  await extension.killWorker();
  lose();
  await expect.poll(() => times(market, lead, 'stage', 'sal')).toBe(1);
  await mail.show(page, 'reply-inline', prospect);
  await expect.poll(() => toBackend(wire, backend).filter(decides).length, { timeout: 80_000 }).toBeGreaterThan(1);
  const sent = toBackend(wire, backend).filter(decides);
  expect(new Set(sent.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
  expect(await times(market, lead, 'stage', 'sal')).toBe(1);
});

test('offline the card is there, what is decided waits through a restart, and lands once when the way is open', async ({
  opened: { page, card: before },
  extension,
  mail,
  lead,
  prospect,
  market,
  wire,
  backend,
}) => {
  await expect(before.getByText('Waiting for you')).toBeVisible();
  wire.cut(backend.url);
  // A cached lead needs no network.
  await mail.show(page, 'reply-inline', prospect);
  const card = await cardIn(page);
  await expect(card.getByText('Waiting for you')).toBeVisible();
  await press(card.getByRole('button', { name: 'Accept' }));
  await expect(card.getByText('Accepted, saved here')).toBeVisible();
  await wire.seen(decides);
  await expect(card.getByText(/Offline/)).toBeVisible();
  await extension.restart();
  const options = await extension.open('options.html');
  expect((await ask(options, 'outbox')).map(({ act }) => act.kind)).toEqual(['decision']);
  expect(await times(market, lead, 'stage', 'sal')).toBe(0);
  wire.mend();
  await ask(options, 'sync');
  await expect.poll(() => times(market, lead, 'stage', 'sal'), { timeout: 90_000 }).toBe(1);
  await expect.poll(async () => (await ask(options, 'outbox')).filter(({ status }) => status !== 'done')).toEqual([]);
});

test('somebody else moved the lead meanwhile: nothing is overwritten, and it says so', async ({
  opened: { card },
  extension,
  lead,
  market,
  backend,
}) => {
  await expect(card.getByText('Waiting for you')).toBeVisible();
  await market.assign(lead);
  await press(card.getByRole('button', { name: 'Accept' }));
  // Who moved it, what became of it, and what can still be done: the card beneath is the new one.
  await expect(card.getByText('It moved on: now MQL, by Ines Okafor.')).toBeVisible();
  await expect(card.getByText(/^Your “Accept” of .+ was not applied\.$/)).toBeVisible();
  await expect(card.getByRole('button', { name: 'Accept' })).toBeVisible();
  const popup = await extension.open('popup.html');
  await expect(popup.getByText('It moved on: now MQL, by Ines Okafor.')).toBeVisible();
  await press(popup.getByRole('button', { name: /^Discard: Accept/ }));
  await expect(card.getByText(/was not applied/)).toBeHidden();
  expect(await times(market, lead, 'stage', 'sal')).toBe(0);
  expect(backend.url).toBeTruthy();
});
