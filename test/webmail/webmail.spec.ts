import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, expect, type FrameLocator, type Page } from '@playwright/test';
import { signIn } from '../../scripts/parts/sign-in.ts';
import { decides, times, toBackend } from '../e2e/house.ts';
import { type Backend, startBackend } from '../harness/backend.ts';
import { cardIn, type Extension, launch, press } from '../harness/extension.ts';
import { type Marketing, marketing, type Prospect } from '../harness/marketing.ts';
import { rep } from '../harness/people.ts';
import { type Recorder, recordingProxy } from '../harness/proxy.ts';
import { within } from '../harness/within.ts';
import { buildHouse, type House } from './house.ts';

/**
 * Baton beside a real Roundcube in front of a real Dovecot: what stands on the card came through Segment's SDK, what is
 * decided on it arrives in the backend, and what is nobody's business goes nowhere.
 */
const mails = join(import.meta.dirname, 'mails');
const owner = 'rep@webmail.example';

const people = {
  delia: { email: 'delia.whitcombe@northwind.example', name: 'Delia Whitcombe', title: 'VP Operations', company: 'Northwind' },
  juergen: { email: 'juergen.mueller@umlaut.example', name: 'Jürgen Müller-Lüdenscheidt', company: 'Umlaut' },
  amal: { email: 'amal@haddad.example', name: 'أمل حدّاد', company: 'Haddad' },
  kaori: { email: 'kaori@kaisha.example', name: '山田 香織', company: 'Kaisha' },
};

interface World {
  house: House;
  backend: Backend;
  market: Marketing;
  wire: Recorder;
  extension: Extension;
  leads: Record<keyof typeof people, string>;
  page: Page;
}

const test = base.extend<object, { world: World }>({
  world: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of what a fixture needs
    async ({}, use) => {
      await using ends = new AsyncDisposableStack();
      const house = ends.adopt(await within('the webmail', buildHouse(mkdtempSync(join(tmpdir(), 'baton-webmail-')), owner)), (it) =>
        it.stop(),
      );
      for (const name of readdirSync(mails).filter((file) => file.endsWith('.eml')))
        house.deliver(readFileSync(join(mails, name)), name === 'sent.eml' ? 'Sent' : 'INBOX');
      const backend = ends.adopt(await startBackend(), (it) => it.remove());
      const market = await within('the marketing side', marketing(backend));
      const leads = {} as World['leads'];
      for (const key of Object.keys(people) as (keyof typeof people)[])
        leads[key] = await within(`${key} as a lead`, lead(market, people[key]));
      const wire = ends.adopt(await recordingProxy(), (it) => it.stop());
      // The browser's own dialog for a host cannot be pressed by a program; everything else is what a user does.
      const extension = ends.adopt(await within('the browser', launch({ proxy: wire, granted: ['http://127.0.0.1/*'] })), (it) =>
        it.close(),
      );
      await within('signing in', signIn(extension.context, backend.url, { sample: rep }));
      await within('adding the webmail', addWebmail(extension, house.origin));
      const page = await extension.context.newPage();
      await within('logging in at the webmail', logIn(page, house));
      await use({ house, backend, market, wire, extension, leads, page });
    },
    { scope: 'worker', timeout: 180_000 },
  ],
});

async function lead(market: Marketing, prospect: Prospect): Promise<string> {
  const id = await market.touch(prospect, [
    { event: 'Webinar Attended', properties: { webinar: 'Cut churn in a quarter' }, campaign: 'Cut churn', daysAgo: 3 },
    { event: 'Email Opened', campaign: 'Cut churn', daysAgo: 4 },
  ]);
  await market.handOver(id, rep, ['Asked for a demo']);
  return id;
}

async function addWebmail(extension: Extension, origin: string): Promise<void> {
  const options = await extension.open('options.html#sites');
  await options.getByRole('button', { name: 'Add a mail page' }).click();
  await options.getByLabel('Address of your webmail').fill(origin);
  await options.getByRole('button', { name: /^Allow / }).click();
  await expect(options.getByText(/is added/)).toBeVisible();
  await options.close();
}

async function logIn(page: Page, { origin, user, password }: House): Promise<void> {
  await page.goto(`${origin}/`);
  await page.locator('#rcmloginuser').fill(user);
  await page.locator('#rcmloginpwd').fill(password);
  await page.locator('#rcmloginsubmit').click();
  await page.locator('#messagelist tr.message').first().waitFor();
}

const preview = (page: Page): FrameLocator => page.frameLocator('#messagecontframe');

/** Chooses a mail in the list, by its subject, and waits for the preview that shows it. */
async function choose(page: Page, subject: string, folder = 'INBOX'): Promise<void> {
  const { origin } = new URL(page.url());
  await page.goto(`${origin}/?_task=mail&_mbox=${folder}`);
  await page.locator('#messagelist tr.message', { hasText: subject }).click();
  await expect(preview(page).locator('#message-header h2.subject')).toContainText(subject);
}

const open = async (page: Page) => {
  const card = await cardIn(page);
  await card.getByRole('button', { name: /^Open:/ }).click();
  return card;
};

test('a multipart mail from a lead: the card shows what Segment delivered', async ({ world: { page, market, leads } }) => {
  await choose(page, 'Re: the churn numbers');
  const card = await cardIn(page);
  await expect(card.getByRole('heading', { name: people.delia.name })).toBeVisible();
  await expect(card.getByText('VP Operations · Northwind')).toBeVisible();
  await expect(card.getByText('Attended “Cut churn in a quarter”')).toBeVisible();
  const [campaign] = (await market.card(leads.delia)).campaigns;
  expect(campaign).toMatchObject({ name: 'Cut churn', active: 1, passive: 1 });
  await expect(card.getByRole('button', { name: /^Cut churn .* 1$/ })).toBeVisible();
});

for (const [what, subject, key] of [
  ['an encoded name', 'Rückfrage zum Angebot', 'juergen'],
  ['a right-to-left name', 'سؤال عن التجربة', 'amal'],
  ['a Japanese name in an older encoding', '見積もりのお願い', 'kaori'],
  ['one of many recipients', 'Invitation: review with everybody', 'delia'],
] as const)
  test(`${what} leads to its card`, async ({ world: { page } }) => {
    await choose(page, subject);
    await expect((await cardIn(page)).getByRole('heading', { name: people[key].name })).toBeVisible();
  });

test('the same mail in a window of its own', async ({ world: { page } }) => {
  await choose(page, 'Re: the churn numbers');
  await page.locator('#messagelist tr.message.selected').dblclick();
  await expect(page).toHaveURL(/_action=show/);
  await expect((await cardIn(page)).getByRole('heading', { name: people.delia.name })).toBeVisible();
});

test('in Sent it is about whom the mail went to, and while writing about whom it will go to', async ({ world: { page } }) => {
  await choose(page, 'Re: the churn numbers', 'Sent');
  await expect((await cardIn(page)).getByRole('heading', { name: people.delia.name })).toBeVisible();
  const { origin } = new URL(page.url());
  await page.goto(`${origin}/?_task=mail&_action=compose&_to=${people.amal.email}`);
  await expect((await cardIn(page)).getByRole('heading', { name: people.amal.name })).toBeVisible();
});

for (const [what, subject] of [
  ['a forwarded message inside a message names its sender, not the one inside', 'Fwd: the churn numbers'],
  ['HTML that imitates Roundcube’s own header changes nothing', 'Please look'],
] as const)
  test(what, async ({ world: { page } }) => {
    await choose(page, subject);
    const card = await open(page);
    await expect(card.getByText('Not a lead', { exact: true })).toBeVisible();
    await expect(card.getByText(people.delia.name)).toHaveCount(0);
  });

test('a mailing list is no person', async ({ world: { page } }) => {
  await choose(page, 'Who measures churn weekly');
  const card = await open(page);
  await expect(card.getByText('This comes from a group or a list, not from a person.')).toBeVisible();
});

test('a mail without a sender is nobody’s', async ({ world: { page } }) => {
  await choose(page, 'No sender to speak of');
  for (const name of Object.values(people).map((person) => person.name)) expect(await (await cardIn(page)).getByText(name).count()).toBe(0);
});

test('somebody who is not a lead: no request follows', async ({ world: { page, wire, backend, house } }) => {
  await page.goto(`${house.origin}/?_task=mail&_mbox=INBOX`);
  await page.locator('#messagelist tr.message').first().waitFor();
  wire.since();
  await page.locator('#messagelist tr.message', { hasText: 'Lunch?' }).click();
  await expect(preview(page).locator('#message-header h2.subject')).toContainText('Lunch?');
  const card = await open(page);
  await expect(card.getByText('Not a lead', { exact: true })).toBeVisible();
  await expect(card.getByText('sam@nowhere.example')).toBeVisible();
  const sent = wire.since();
  // The mail itself comes from Roundcube; nothing else that names its sender or reaches the backend leaves the browser.
  expect(sent.some(({ url }) => url.startsWith(house.origin))).toBe(true);
  expect(sent.filter(({ url }) => url.startsWith(backend.url))).toEqual([]);
  const elsewhere = sent.filter(({ url }) => !url.startsWith(house.origin));
  expect(JSON.stringify(elsewhere)).not.toMatch(/sam|nowhere/i);
});

test('accepted beside the mail, killed in the middle, applied exactly once', async ({
  world: { page, extension, market, leads, wire, backend },
}) => {
  await choose(page, 'Re: the churn numbers');
  const card = await cardIn(page);
  let lose = () => {};
  const lost = new Promise<void>((resolve) => {
    lose = resolve;
  });
  // The first attempt arrives, but its answer gets lost because the worker dies meanwhile.
  let first = true;
  wire.hold(
    (request) => decides(request) && first,
    async () => {
      first = false;
      await lost;
      return 'lose';
    },
  );
  await press(card.getByRole('button', { name: 'Accept' }));
  await expect(card.getByText('Accepted, saved here')).toBeVisible();
  await wire.seen(decides);
  await extension.killWorker();
  lose();
  await expect.poll(() => times(market, leads.delia, 'stage', 'sal')).toBe(1);
  // Looking at the mail again wakes the worker, which finds its act not answered and sends it again.
  await choose(page, 'Re: the churn numbers');
  await expect.poll(() => toBackend(wire, backend).filter(decides).length, { timeout: 45_000 }).toBeGreaterThan(1);
  const keys = new Set(
    toBackend(wire, backend)
      .filter(decides)
      .map(({ headers }) => headers['idempotency-key']),
  );
  expect(keys.size).toBe(1);
  expect(await times(market, leads.delia, 'stage', 'sal')).toBe(1);
  await expect((await cardIn(page)).getByText('Yours: qualify or return')).toBeVisible();
  wire.mend();
});

test('a verdict, then returned with a reason', async ({ world: { page, market, leads } }) => {
  await choose(page, 'Rückfrage zum Angebot');
  const card = await cardIn(page);
  await press(card.getByRole('radio', { name: 'Poor' }));
  await expect.poll(async () => (await market.card(leads.juergen)).feedback.length, { timeout: 30_000 }).toBe(1);
  await press(card.getByRole('button', { name: 'Return' }));
  await card.getByRole('radio', { name: /^Wrong person/ }).click();
  await press(card.getByRole('button', { name: /^(Return|Close)/ }).last());
  await expect.poll(() => times(market, leads.juergen, 'handoff', 'returned'), { timeout: 30_000 }).toBe(1);
  expect((await market.card(leads.juergen)).returned.last?.reason).toBe('not_decision_maker');
});
