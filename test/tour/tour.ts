import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Frame, type Page } from '@playwright/test';
import { ask, signIn } from '../../scripts/parts/sign-in.ts';
import { root } from '../../scripts/parts/step.ts';
import { FakeHubspot } from '../fakes/hubspot.ts';
import type { Backend } from '../harness/backend.ts';
import { decide } from '../harness/decide.ts';
import { cardIn, type Extension, launch, press } from '../harness/extension.ts';
import { gmail } from '../harness/gmail.ts';
import { admin, manager, marketer, rep } from '../harness/people.ts';
import { recordingProxy } from '../harness/proxy.ts';
import { pageOf, serve } from '../harness/site.ts';
import { Camera } from './camera.ts';
import { connect, fill } from './crm.ts';

/** Every screen and state of the real extension beside the real backend, once for each theme. */
export async function tour(backend: Backend, theme: 'light' | 'dark', wanted: readonly string[] = []): Promise<Camera> {
  const wire = await recordingProxy();
  const extension = await launch({ proxy: wire, mode: 'practice', colorScheme: theme, viewport: { width: 1180, height: 820 } });
  const { context } = extension;
  const camera = new Camera(context, theme, wanted);
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  const practice = `${backend.url}/practice`;

  /** Opens the practice mail whose line in the list has these words, and gives the open card. */
  const mail = async (words: string | RegExp): Promise<Frame> => {
    await page.goto(practice);
    await page.getByRole('link', { name: words }).first().click();
    const card = await cardIn(page);
    const tab = card.getByRole('button', { name: /^Open:/ });
    await card.locator('article, .tab').first().waitFor();
    if (await tab.isVisible()) await tab.click();
    await card.locator('article').waitFor();
    return card;
  };
  const lead = async (words: string | RegExp) => {
    const card = await mail(words);
    await card.getByRole('heading', { level: 1 }).first().waitFor();
    return card;
  };
  const scene = (name: string, work: () => Promise<void>) => camera.scene(name, work);

  await scene('welcome', async () => {
    const welcome = await extension.open('welcome.html');
    await camera.page(welcome, 'welcome-1');
    await welcome.getByLabel('Address of the backend').fill(backend.url);
    await welcome.getByText(/Found, version/).waitFor();
    await camera.page(welcome, 'welcome-2-found');
    await welcome.close();
    const popup = await small(extension, 'popup.html');
    await popup
      .getByText(/Connect Baton/)
      .first()
      .waitFor();
    await camera.page(popup, 'popup-not-connected');
    await popup.close();
    await (await gmail(context)).show(page, 'thread-several-messages');
  });

  await signIn(context, backend.url, { sample: rep });
  await synced(extension);

  await scene('welcome-3', async () => {
    const welcome = await extension.open('welcome.html');
    await welcome.getByRole('heading', { name: 'Choose where it may look' }).waitFor();
    await camera.page(welcome, 'welcome-3-sites');
    await welcome.getByRole('button', { name: /^Allow|^Go on/ }).click();
    await welcome.getByRole('heading', { name: /^Done\./ }).waitFor();
    await camera.page(welcome, 'welcome-4-done');
    await welcome.close();
  });

  await scene('practice', async () => {
    await page.goto(practice);
    await (await cardIn(page)).getByRole('button', { name: /^Open:/ }).waitFor();
    await camera.page(page, 'practice');
    await mail(/One play each/);
    await camera.page(page, 'practice-lead');
    await page.goto(`${practice}/people`);
    await page.getByRole('link').nth(3).click();
    await cardIn(page);
    await camera.page(page, 'practice-profile');
  });

  // The practice mailbox has somebody in every stage, and names of every kind.
  const subjects: [name: string, words: string | RegExp][] = [
    ['lead-waiting', 'One play each: two questions'],
    ['lead-at-risk', 'Your template, and what comes after it'],
    ['lead-late', 'Still interested'],
    ['lead-accepted', 'Re: Dates for a first call'],
    ['lead-back-again', 'Who looks after us?'],
    ['name-arabic', 'طلب عرض أسعار'],
    ['name-long', 'Rückfrage zur Auftragsverarbeitung'],
    ['lead-with-an-offer', 'Re: Offer, second version'],
    ['lead-qualified', 'Who decides, and when'],
    ['lead-in-nurture', 'Re: The handbook nobody reads'],
    ['lead-closed', 'Interview for my thesis'],
    ['customer', 'Invoice address'],
    ['name-japanese', '導入スケジュールについて'],
    ['own-address', 'Fwd: Who looks after us?'],
  ];
  for (const [name, words] of subjects)
    await scene(name, async () => {
      await lead(new RegExp(String(words).replace(/[.?]/g, '\\$&')));
      await camera.card(page, `card-${name}`);
    });

  await scene('panels', async () => {
    const card = await lead(/One play each/);
    await card.getByRole('button', { name: 'Return' }).click();
    await card.getByRole('radio', { name: /^Bad timing/ }).click();
    await camera.card(page, 'card-return');
    await page.keyboard.press('Escape');
    await card.getByRole('button', { name: /criteria/ }).click();
    await camera.card(page, 'card-definition');
  });
  await scene('qualify', async () => {
    const card = await lead(/One play each/);
    await card.getByRole('button', { name: 'Qualify' }).click();
    await card.getByRole('checkbox').first().check();
    await camera.card(page, 'card-qualify');
  });
  await scene('campaign', async () => {
    const card = await lead(/One play each/);
    await card.locator('section, div').getByRole('list').last().getByRole('button').first().click();
    await camera.card(page, 'card-campaign-opened');
  });
  await scene('insight', async () => {
    const card = await lead(/One play each/);
    await card.getByRole('button', { name: 'Insight' }).click();
    await camera.card(page, 'card-insight');
  });
  await scene('menu', async () => {
    const card = await lead(/One play each/);
    await card.getByRole('button', { name: 'More', exact: true }).click();
    await camera.card(page, 'card-menu');
    await card.getByRole('menuitem', { name: 'History' }).click();
    await camera.card(page, 'card-history');
  });
  await scene('several people', async () => {
    const card = await lead(/Dates for a first call/);
    await card.getByRole('button', { name: /more here/ }).click();
    await camera.card(page, 'several-people');
  });
  await scene('stranger', async () => {
    const card = await mail(/Keys for the second floor/);
    await card.getByText('Not a lead', { exact: true }).waitFor();
    await camera.card(page, 'stranger');
    await card.getByRole('button', { name: 'Add as my lead' }).click();
    await camera.card(page, 'stranger-add');
  });
  await scene('folded', async () => {
    const card = await lead(/One play each/);
    await card.getByRole('button', { name: 'Fold' }).click();
    await card.getByRole('button', { name: /^Open:/ }).waitFor();
    await camera.card(page, 'folded');
    await card.getByRole('button', { name: /^Open:/ }).click();
  });

  await scene('name only', async () => {
    const folder = join(root, 'test', 'pages', 'outlook');
    const { url } = JSON.parse(readFileSync(join(folder, 'sender-by-name-only.expected.json'), 'utf8')) as { url: string };
    await context.route('https://outlook.office.com/**', (route) =>
      route.request().resourceType() === 'document'
        ? route.fulfill({ contentType: 'text/html; charset=utf-8', body: readFileSync(join(folder, 'sender-by-name-only.html'), 'utf8') })
        : route.fulfill({ status: 404, body: '' }),
    );
    await page.goto(url);
    const card = await cardIn(page);
    await card.getByRole('button', { name: /^Open:/ }).click();
    await card.getByRole('button', { name: 'Find by name' }).waitFor();
    await camera.card(page, 'name-only');
  });
  const beside = await gmail(context);
  for (const [name, file] of [
    ['cannot-tell-conflict', 'sender-in-conflict'],
    ['cannot-tell-group', 'group-sender-german'],
    ['cannot-tell-two-threads', 'two-threads-in-view'],
  ] as const)
    await scene(name, async () => {
      await beside.show(page, file);
      const card = await cardIn(page);
      await card.getByRole('button', { name: /^Open:/ }).click();
      await card.getByText('Can’t tell who this is').waitFor();
      await camera.card(page, name);
    });

  // Pages have a theme of their own; the card follows the system, or what the user chose.
  const outlook = await serve(context, 'https://outlook.office.com/**');
  for (const dark of [false, true])
    await scene(`beside a ${dark ? 'dark' : 'light'} page`, async () => {
      const dana = { email: 'dana@northwind.example', name: 'Dana Whitfield' };
      const { html, url } = pageOf('outlook', 'conversation');
      const ground = dark ? '<style>body, body * { background: #1f1f1f; color: #e6e6e6; border-color: #3d3d3d }</style></head>' : '</head>';
      for (const [name, show] of [
        ['gmail', () => beside.show(page, dark ? 'thread-dark' : 'thread-several-messages', dana)],
        ['outlook', () => outlook.show(page, html, url, { 'dana.whitfield@northwind.example': dana.email, '</head>': ground })],
      ] as const) {
        await show();
        // Gmail's own style sheet is not there, and without it its menu's icon fills the window.
        await page.addStyleTag({ content: 'header svg { width: 24px }' });
        const card = await cardIn(page);
        await card.getByRole('button', { name: 'Accept' }).waitFor();
        await camera.page(page, `beside-${name}-${dark ? 'dark' : 'light'}-page`);
      }
    });

  await scene('popup', async () => {
    const popup = await small(extension, 'popup.html');
    await popup.getByText('Waiting for you').first().waitFor();
    await camera.page(popup, 'popup-queue');
    await popup.close();
  });
  await scene('side panel', async () => {
    await lead(/One play each/);
    const panel = await small(extension, 'sidepanel.html');
    await panel.locator('#root > *').first().waitFor();
    await camera.page(panel, 'sidepanel');
    await panel.close();
  });
  await scene('options', async () => {
    const options = await extension.open('options.html');
    for (const section of ['connection', 'sites', 'agreement', 'sources', 'webhooks', 'privacy', 'diagnosis']) {
      await options.goto(extension.url(`options.html#${section}`));
      // A heading, a line under it, and what was asked for.
      await options.waitForFunction(() => (document.querySelector('main')?.innerText ?? '').split('\n').filter(Boolean).length > 2);
      await camera.page(options, `options-${section}`);
    }
    await options.close();
  });
  await scene('reports', async () => {
    await reports(extension, camera, 'report');
  });
  await scene('queue by keys', async () => {
    const queue = await extension.open('report.html#queue');
    await queue.setViewportSize({ width: 1180, height: 900 });
    await queue.locator('.queue-card .acts button').first().waitFor();
    await queue.keyboard.press('j');
    await queue.keyboard.press('r');
    await queue.getByRole('radiogroup', { name: 'Return' }).waitFor();
    await camera.page(queue, 'queue-return-by-key');
    await queue.close();
  });
  await scene('person', async () => {
    const asManager = await backend.as(manager);
    const { items } = await asManager<{ items: { lead: string }[] }>('GET', '/v1/handoffs?state=qualified&limit=1');
    const person = await extension.open(`report.html#person?lead=${items[0]!.lead}`);
    await person.setViewportSize({ width: 1180, height: 900 });
    await person.locator('.plot svg').waitFor();
    await camera.page(person, 'report-person-touched');
    await person.close();
  });

  await scene('undo', async () => {
    const card = await lead(/Still interested/);
    await press(card.getByRole('button', { name: 'Accept' }));
    await card.getByText('Accepted, saved here').waitFor();
    await camera.card(page, 'card-undo');
  });
  await scene('conflict', async () => {
    const card = await lead(/Your template, and what comes after it/);
    const name = await card.getByRole('heading', { level: 1 }).innerText();
    const asManager = await backend.as(manager);
    const { items } = await asManager<{ items: { id: string; name: string }[] }>('GET', `/v1/leads/search?q=${encodeURIComponent(name)}`);
    const id = items.find((item) => item.name === name)!.id;
    const { funnelVersion: basis, agreement } = await asManager<{ funnelVersion: number; agreement: number }>('GET', `/v1/leads/${id}`);
    // The rep accepts while the backend cannot be reached; before it can be again, the manager has qualified the lead.
    wire.cut(backend.url);
    await press(card.getByRole('button', { name: 'Accept' }));
    await card.getByText('Accepted, saved here').waitFor();
    await asManager('POST', `/v1/leads/${id}/decisions`, {
      kind: 'qualify',
      criteria: [],
      basis,
      agreement,
      actedAt: new Date().toISOString(),
    });
    await card.getByText(/1 act waits/).waitFor();
    wire.mend();
    const options = await extension.open('options.html');
    await ask(options, 'sync');
    await page.bringToFront();
    await card
      .getByText(/It moved on/)
      .first()
      .waitFor();
    await camera.card(page, 'refused-moved-meanwhile');
    const popup = await small(extension, 'popup.html');
    await popup
      .getByText(/It moved on|Refused/)
      .first()
      .waitFor();
    await camera.page(popup, 'popup-refused');
    await popup.close();
    for (const { id: act } of await ask(options, 'outbox')) await ask(options, 'discard', { id: act });
    await options.close();
  });

  wire.mend();

  await scene('error', async () => {
    wire.hold(
      ({ url }) => url.includes('/v1/reports/'),
      async () => 'fault',
    );
    const report = await extension.open('report.html#funnel');
    await report.setViewportSize({ width: 1180, height: 900 });
    await report.getByRole('button', { name: 'Try now' }).waitFor();
    await camera.page(report, 'report-error');
    await report.close();
  });
  wire.mend();

  await scene('offline', async () => {
    await lead(/One play each/);
    wire.cut(backend.url);
    // The practice page itself is on the same machine and has gone as well; Gmail's page stays where it is.
    const options = await extension.open('options.html');
    await ask(options, 'sync').catch(() => undefined);
    await camera.page(options, 'options-offline');
    await options.close();
    await beside.show(page, 'thread-several-messages', { email: 'dana@northwind.example', name: 'Dana Whitfield' });
    const card = await cardIn(page);
    await card.getByText(/Offline/).waitFor();
    await camera.card(page, 'offline');
    await press(card.getByRole('button', { name: 'Accept' }));
    await card.getByText('Accepted, saved here').waitFor();
    await card.getByText(/1 act waits/).waitFor({ timeout: 20_000 });
    await camera.card(page, 'offline-act-waits');
    const popup = await small(extension, 'popup.html');
    await popup.getByText(/Not sent yet/).waitFor();
    await camera.page(popup, 'popup-offline');
    const { id } = (await ask(popup, 'outbox')).at(-1)!;
    await ask(popup, 'discard', { id }).catch(() => undefined);
    await popup.close();
    wire.mend();
  });
  wire.mend();

  await scene('signed out', async () => {
    const options = await extension.open('options.html');
    await ask(options, 'signOut');
    await options.getByText('Signed out').first().waitFor();
    await camera.page(options, 'options-signed-out');
    await options.close();
    await page.goto(practice);
    await page
      .getByRole('link', { name: /One play each/ })
      .first()
      .click();
    const card = await cardIn(page);
    await card.getByRole('button', { name: /^Open:/ }).click();
    await card.getByText(/Leads are shown again/).waitFor();
    await camera.card(page, 'signed-out');
    const popup = await small(extension, 'popup.html');
    await popup.getByText('Signed out').first().waitFor();
    await camera.page(popup, 'popup-signed-out');
    await popup.close();
  });

  await scene('marketer', async () => {
    await as(extension, backend, marketer);
    await lead(/One play each/);
    await camera.card(page, 'marketer-card');
    await page.goto(practice);
    const links = await page
      .locator('a[href*="/practice/mail/"]')
      .evaluateAll((all) => [...new Set(all.map((a) => (a as HTMLAnchorElement).href))]);
    for (const href of links) {
      await page.goto(href);
      const card = await cardIn(page);
      await card.locator('article, .tab').first().waitFor();
      const offer = card.getByRole('button', { name: 'Hand over' });
      if (!(await offer.isVisible())) continue;
      await offer.click();
      await camera.card(page, 'marketer-hand-over');
      break;
    }
    const popup = await small(extension, 'popup.html');
    await popup.getByText('Waiting for you').first().waitFor();
    await camera.page(popup, 'marketer-popup');
    await popup.close();
    await reports(extension, camera, 'marketer-report', /Feedback|Inbox|Queue/i);
    const report = await extension.open('report.html#queue?group=handed');
    await report.setViewportSize({ width: 1180, height: 900 });
    await report.getByRole('table').waitFor();
    await camera.page(report, 'marketer-handed-over');
    await report.locator('.handed .entry').last().click();
    await report.locator('.entry-text:popover-open').waitFor();
    await camera.page(report, 'entry-of-the-agreement');
    await report.goto(extension.url('report.html#feedback?said=campaigns'));
    await report.locator('.patterns').waitFor();
    await camera.page(report, 'marketer-feedback-by-campaign');
    await report.close();
    const proposing = await extension.open('options.html#agreement');
    await proposing.locator('.section-head .btn').click();
    await proposing.locator('.propose').waitFor();
    await camera.page(proposing, 'agreement-proposed');
    await proposing.close();
  });

  await scene('rules and lists', async () => {
    await as(extension, backend, marketer);
    const options = await extension.open('options.html#rules');
    await options.setViewportSize({ width: 1180, height: 900 });
    await options.getByRole('heading', { name: 'No rule yet' }).waitFor();
    await camera.page(options, 'rules-none');
    await options.getByRole('button', { name: 'New rule' }).click();
    await options.getByLabel('Name of the rule').fill('Ten points in a fortnight');
    await options.getByRole('button', { name: 'Add a group' }).click();
    const group = options.getByRole('group', { name: /^Group/ });
    await group.getByLabel('Name of the group').fill('Austria and Germany');
    await group.getByLabel(/^Domains/).fill('.at, .de');
    await options.getByLabel('Name of the rule').focus();
    await camera.page(options, 'rules-new');
    await options.getByRole('button', { name: 'Show whom it would have taken' }).click();
    await options.locator('.preview table').scrollIntoViewIfNeeded();
    await camera.page(options, 'rules-new-preview');
    await options.getByRole('button', { name: 'Save the rule' }).click();
    await options.getByRole('switch', { name: /^“Ten points/ }).click();
    await options.getByText('on since').waitFor();
    await options.getByRole('button', { name: 'Preview' }).click();
    await options.locator('.preview table').waitFor();
    await camera.page(options, 'rules');
    await options.getByRole('switch', { name: /^“Ten points/ }).click();
    await options.close();
    const list = await extension.open('report.html#hand-over');
    await list.setViewportSize({ width: 1180, height: 900 });
    await list.getByRole('radio', { name: 'Most active lately' }).click();
    const chosen = list.getByRole('checkbox', { name: /^Choose (?!all)/ });
    await chosen.first().waitFor();
    await camera.page(list, 'hand-over-list');
    for (const index of [0, 1, 2]) await chosen.nth(index).check();
    const hand = list.getByRole('button', { name: /^Hand over 3 leads/ });
    await hand.scrollIntoViewIfNeeded();
    await camera.page(list, 'hand-over-list-chosen');
    await press(hand);
    await list.getByText(/^3 leads handed over/).waitFor();
    await camera.page(list, 'hand-over-list-done');
    await list.close();
  });

  await scene('empty queue', async () => {
    await as(extension, backend, admin);
    const popup = await small(extension, 'popup.html');
    await popup.locator('#root > *').first().waitFor();
    await camera.page(popup, 'admin-popup');
    await popup.close();
    const options = await extension.open('options.html');
    for (const [section, empty] of [
      ['sources', 'No CRM is connected'],
      ['webhooks', 'No other system is told yet'],
    ] as const) {
      await options.goto(extension.url(`options.html#${section}`));
      await options.getByText(empty).waitFor();
      await camera.page(options, `admin-options-${section}`);
    }
    await options.close();
  });

  await scene('users', async () => {
    const asAdmin = await backend.as(admin);
    const { items } = await asAdmin<{ items: { id: string; name: string; side: string }[] }>('GET', '/v1/teams');
    const long = 'Maximiliane-Theresia von Hohenstaufen-Lichtenfels';
    const email = 'maximiliane-theresia.von.hohenstaufen-lichtenfels@ridgeway.example';
    const { id } = await asAdmin<{ id: string }>('POST', '/v1/users', {
      email,
      name: long,
      role: 'manager',
      team: items.find(({ side }) => side === 'sales')?.id,
    });
    await as(extension, backend, rep);
    const options = await extension.open('options.html#users');
    await options.getByRole('heading', { name: 'Teams', exact: true }).waitFor();
    await camera.page(options, 'rep-options-users');
    await as(extension, backend, admin);
    await options.reload();
    await options.getByRole('button', { name: `Open ${long}` }).waitFor();
    await camera.page(options, 'admin-options-users');
    await options.getByRole('button', { name: 'Add a user' }).click();
    await options.getByLabel('Email').fill(rep);
    await options.locator('.form-of').getByLabel('Name').fill('Noor de Vries');
    await options.getByRole('button', { name: 'Add Noor de Vries' }).click();
    await options.locator('.form-of .wrong').waitFor();
    await camera.page(options, 'admin-users-adding');
    await options.getByRole('button', { name: 'Cancel' }).click();
    await options.getByRole('button', { name: `Open ${long}` }).click();
    await options.getByRole('button', { name: 'Make a link' }).click();
    await options.locator('.once').waitFor();
    const row = options.getByRole('row').filter({ hasText: email });
    await row.scrollIntoViewIfNeeded();
    // What the link is stands in the picture for everybody to read.
    await asAdmin('POST', `/v1/users/${id}/link`);
    await camera.page(options, 'admin-users-link');
    await options.getByRole('button', { name: 'Remove', exact: true }).click();
    await options.setViewportSize({ width: 620, height: 900 });
    await options.getByText(/is signed out within seconds/).scrollIntoViewIfNeeded();
    await camera.page(options, 'admin-users-narrow');
    await options.close();
    await asAdmin('PATCH', `/v1/users/${id}`, { disabled: true });
  });

  await scene('german', async () => {
    await as(extension, backend, rep);
    const options = await extension.open('options.html');
    await ask(options, 'settings', { language: 'de' });
    await options.close();
    await page.goto(practice);
    await page
      .getByRole('link', { name: /One play each/ })
      .first()
      .click();
    const card = await cardIn(page);
    await card.locator('article').waitFor();
    await camera.card(page, 'german-card');
    const popup = await small(extension, 'popup.html');
    await popup.locator('#root > *').first().waitFor();
    await camera.page(popup, 'german-popup');
    await popup.close();
  });

  await scene('crm', async () => {
    await as(extension, backend, admin);
    const options = await extension.open('options.html');
    await ask(options, 'settings', { language: 'en' });
    await options.close();
    const hubspot = new FakeHubspot();
    const known = fill(hubspot);
    const there = await hubspot.listen();
    const source = await connect(extension, camera, hubspot, there.url);
    const asRep = await backend.as(rep);
    const asked = /One play each/;
    // In an earlier scene the lead may have been accepted.
    const { items } = await asRep<{ items: { stage: string }[] }>('GET', '/v1/leads/search?q=Whitfield');
    await decide(asRep, 'Whitfield', items[0]!.stage === 'mql' ? { kind: 'accept' } : { kind: 'attempt', channel: 'call' });
    await source.getByRole('radio', { name: 'Written', exact: true }).click();
    await source.locator('.writes > li').first().waitFor({ timeout: 90_000 });
    await as(extension, backend, rep);
    const taken = await lead(asked);
    await taken.getByText(/CRM updated/).waitFor();
    await camera.card(page, 'crm-updated');
    await as(extension, backend, admin);
    await source.reload();
    await source
      .getByRole('row', { name: /HubSpot \d/ })
      .getByRole('button')
      .click();
    await decide(asRep, 'Whitfield', { kind: 'qualify', criteria: [] });
    await source.getByText('A closing plan is required for Sales Qualified Leads.').waitFor({ timeout: 90_000 });
    await camera.page(source, 'crm-source-with-a-refusal');
    await source.close();
    await reports(extension, camera, 'crm-report', /In the CRM/i);
    await as(extension, backend, rep);
    const refused = await lead(asked);
    await refused.getByText(/closing plan/).waitFor();
    await camera.card(page, 'crm-refused');
    // Somebody mends it there; then the rep sends it again from here.
    hubspot.put({ closing_plan: 'Q1' }, known.id);
    await press(refused.getByRole('button', { name: 'Send again' }));
    await refused.getByText(/closing plan/).waitFor({ state: 'detached' });
    await camera.card(page, 'crm-sent-again');
    there.close();
  });

  await extension.close();
  await wire.stop();
  return camera;
}

/** A page of the extension in a window as narrow as its place in the browser. */
async function small(extension: Extension, path: string): Promise<Page> {
  const page = await extension.context.newPage();
  await page.setViewportSize(path.startsWith('popup') ? { width: 380, height: 600 } : { width: 360, height: 760 });
  await page.goto(extension.url(path));
  return page;
}

async function synced(extension: Extension): Promise<void> {
  const options = await extension.open('options.html');
  await ask(options, 'sync');
  await options.close();
}

async function as(extension: Extension, backend: Backend, email: string): Promise<void> {
  const options = await extension.open('options.html');
  await ask(options, 'signOut');
  await options.close();
  await signIn(extension.context, backend.url, { sample: email });
  await synced(extension);
}

/** Every report of the navigation, or those with these words. */
async function reports(extension: Extension, camera: Camera, prefix: string, words?: RegExp): Promise<void> {
  const report = await extension.open('report.html');
  await report.setViewportSize({ width: 1180, height: 900 });
  await report.getByRole('navigation').first().waitFor();
  const links = report.getByRole('navigation').first().getByRole('link');
  const buttons = report.getByRole('navigation').first().getByRole('button');
  const items = (await links.count()) > 0 ? links : buttons;
  for (let index = 0; index < (await items.count()); index += 1) {
    const name = (await items.nth(index).innerText()).trim().split('\n')[0]!;
    if (words && !words.test(name)) continue;
    await items.nth(index).click();
    await report.getByRole('main').getByRole('heading').first().waitFor();
    await report.waitForLoadState('networkidle');
    // Until the figures are there: neither grey shapes nor those of the report before.
    await expect(report.locator('[aria-busy="true"], .late-shapes')).toHaveCount(0, { timeout: 60_000 });
    await camera.page(
      report,
      `${prefix}-${name
        .toLowerCase()
        .replace(/[^a-z]+/g, '-')
        .replace(/^-|-$/g, '')}`,
    );
  }
  await report.close();
}
