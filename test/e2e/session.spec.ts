import { answerSignIn, ask, extensionUrl, signIn } from '../../scripts/parts/sign-in.ts';
import { cardIn, press } from '../harness/extension.ts';
import { otherRep, rep } from '../harness/people.ts';
import { freePort } from '../harness/ports.ts';
import { decides, expect, test, times } from './house.ts';

test('the welcome connects, signs in on the backend’s own page and is done in three steps', async ({ fresh, backend }) => {
  const { context } = fresh;
  // A new installation opens it by itself.
  const isWelcome = (url: string) => url.startsWith(extensionUrl('welcome.html'));
  const page =
    context.pages().find((open) => isWelcome(open.url())) ?? (await context.waitForEvent('page', (open) => isWelcome(open.url())));
  await page.getByLabel('Address of the backend').fill(backend.url);
  await expect(page.getByText(/Found, version/)).toBeVisible();
  await Promise.all([answerSignIn(context, { sample: rep }), page.getByRole('button', { name: 'Sign in' }).click()]);
  await expect(page.getByRole('heading', { name: 'Choose where it may look' })).toBeVisible();
  await page.getByRole('button', { name: /^Allow|^Go on/ }).click();
  await expect(page.getByRole('heading', { name: /^Done\./ })).toBeVisible();
  await expect(page.getByText(`Signed in as ${rep}`)).toBeVisible();
});

test('an address where no backend answers is said to be one', async ({ fresh }) => {
  const page = await fresh.open('welcome.html');
  await page.getByLabel('Address of the backend').fill(`http://127.0.0.1:${await freePort()}`);
  await expect(page.locator('.help.wrong')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeDisabled();
});

test('signed out, no card is shown and nothing is asked', async ({
  opened: { page, card: before },
  extension,
  mail,
  prospect,
  wire,
  backend,
}) => {
  await expect(before.getByText('Waiting for you')).toBeVisible();
  const options = await extension.open('options.html');
  await options.getByRole('button', { name: 'Sign out' }).click();
  await options.getByRole('button', { name: 'Sign out and remove cards' }).click();
  await expect(options.getByText('Signed out', { exact: false }).first()).toBeVisible();
  expect((await ask(options, 'status')).cards).toBe(0);
  wire.since();
  await mail.show(page, 'reply-inline', prospect);
  const card = await cardIn(page);
  const told = card.getByText('Leads are shown again when you sign in.');
  // Nobody opened it by hand, so it folds where there is no lead any more; opened, it says why.
  await card.getByRole('button', { name: /^Open:/ }).click();
  await expect(told).toBeVisible();
  await expect(card.getByText('Waiting for you')).toHaveCount(0);
  expect(wire.since().filter(({ url }) => url.startsWith(backend.url))).toEqual([]);
});

test('an act outlives signing out, and goes out for nobody but who did it', async ({
  opened: { card },
  extension,
  lead,
  market,
  wire,
  backend,
}) => {
  test.setTimeout(120_000);
  wire.hold(decides, async () => 'drop');
  await press(card.getByRole('button', { name: 'Accept' }));
  await wire.seen(decides);
  const options = await extension.open('options.html');
  await ask(options, 'signOut');
  wire.mend();
  await signIn(extension.context, backend.url, { sample: otherRep });
  await ask(options, 'sync');
  expect(await times(market, lead, 'stage', 'sal')).toBe(0);
  await ask(options, 'signOut');
  await signIn(extension.context, backend.url, { sample: rep });
  await expect.poll(() => times(market, lead, 'stage', 'sal'), { timeout: 60_000 }).toBe(1);
  const history = await market.history(lead);
  expect(history.find(({ kind, data }) => kind === 'stage' && data.to === 'sal')?.by.name).toBe('Robin Castellan');
});
