import { chromiumId } from '../../lib/contract/identity.ts';
import { signIn } from '../../scripts/parts/sign-in.ts';
import { FakeHubspot } from '../fakes/hubspot.ts';
import { FakeMautic } from '../fakes/mautic.ts';
import type { Reply } from '../fakes/reply.ts';
import { FakeSalesforce } from '../fakes/salesforce.ts';
import { decide } from '../harness/decide.ts';
import type { Prospect } from '../harness/marketing.ts';
import { admin, rep } from '../harness/people.ts';
import { expect, test } from './house.ts';

/** A HubSpot that can be told to ask for slowing down in the middle of the contacts, until it is let go on. */
class SlowHubspot extends FakeHubspot {
  slow = false;
  protected override answer(method: string, url: URL, headers: Record<string, string>, text: string): Reply {
    if (this.slow && /\/contacts$/.test(url.pathname) && url.searchParams.has('after'))
      return {
        status: 429,
        body: { policyName: 'SECONDLY', message: 'You have reached your secondly limit.' },
        headers: { 'retry-after': '1' },
      };
    return super.answer(method, url, headers, text);
  }
}

const people = 60;

/** HubSpot with sixty contacts, of whom one is to be qualified, and a rule against doing so without a closing plan. */
function hubspot({ email, name }: Prospect): { crm: SlowHubspot; contact: string } {
  const crm = new SlowHubspot();
  // They have been there for long: the search, by which they are counted, knows of them.
  crm.searchLag = 0;
  crm.scopes.delete('campaigns');
  for (let i = 0; i < people - 1; i++)
    crm.put({
      email: `person.${i}@crm-spec.example`,
      firstname: 'Person',
      lastname: `No. ${i}`,
      lifecyclestage: i % 2 ? 'lead' : 'evangelist',
    });
  const [firstname = '', lastname = ''] = name.split(' ');
  const { id } = crm.put({ email, firstname, lastname, company: 'Northwind', lifecyclestage: 'lead' });
  crm.required.push({
    when: ['lifecyclestage', 'salesqualifiedlead'],
    needs: 'closing_plan',
    message: 'A closing plan is required for Sales Qualified Leads.',
  });
  return { crm, contact: id };
}

test('an admin connects a CRM, agrees to what it means after a dry run, sees the import to its end, and deals with a refusal', async ({
  fresh,
  backend,
  prospect,
  listening,
}) => {
  const { crm, contact } = hubspot(prospect);
  const address = await listening(crm);
  await signIn(fresh.context, backend.url, { sample: admin });
  const page = await fresh.open('options.html#sources');
  const row = page.getByRole('row', { name: `HubSpot ${crm.portal}` });

  await page.getByRole('button', { name: 'Connect a CRM' }).click();
  await page.getByRole('radio', { name: 'HubSpot' }).click();
  // Each of what is read may have commas of its own.
  await expect(page.getByText('; deals with amount and close date; marketing mails sent, opened, clicked')).toBeVisible();
  await page.getByLabel('Service key').fill('pat-wrong');
  await page.getByLabel(/API address/).fill(address);
  await page.getByRole('button', { name: 'Connect HubSpot' }).click();
  // In words, and what was typed stays.
  await expect(page.getByRole('alert')).toContainText('HubSpot');
  await page.getByLabel('Service key').fill(crm.token);
  await page.getByRole('button', { name: 'Connect HubSpot' }).click();
  await expect(page.getByRole('listitem').filter({ hasText: 'Contacts' })).toContainText('can be read');
  // The sign stands beside the name of what is missing, however long the sentence.
  const missing = page.getByRole('listitem').filter({ hasText: 'marketing.campaigns.read' });
  const [sign, name] = await Promise.all([missing.locator('.i').boundingBox(), missing.locator('b').boundingBox()]);
  expect(Math.abs(sign!.y + sign!.height / 2 - (name!.y + name!.height / 2))).toBeLessThan(3);
  await expect(row).toContainText('Waits for your agreement');
  expect(crm.requests.filter(({ method }) => method !== 'GET')).toEqual([]);

  // The proposal knows the stages that are called as everywhere; the odd one is the admin's to say.
  await expect(page.getByLabel('When it says, Baton reads: salesqualifiedlead')).toHaveValue('sql');
  const odd = page.getByLabel('When it says, Baton reads: evangelist');
  await expect(odd).toHaveValue('');
  await expect(page.getByRole('button', { name: /^Agree/ })).toHaveCount(0);
  await page.getByRole('button', { name: 'Show what would change' }).click();
  const dryRun = page.locator('.dry-run');
  await expect(dryRun).toContainText(`${people} of ${people} people were looked at`);
  await expect(dryRun.getByRole('row', { name: /evangelist/ })).toContainText('means nothing');
  await expect(dryRun).toContainText(`At no stage that means something here: ${people / 2} people. They come as well`);
  await odd.selectOption('customer');
  // Another mapping is another question.
  await expect(dryRun).toHaveCount(0);
  await page.getByRole('button', { name: 'Show what would change' }).click();
  await expect(dryRun.getByRole('row', { name: /evangelist/ })).toContainText('Customer');
  expect(crm.requests.filter(({ method }) => method === 'PATCH')).toEqual([]);
  crm.slow = true;
  await page.getByRole('button', { name: 'Agree, and begin to read and write' }).click();

  await expect(page.getByText(`First import: 50 of about ${people}`)).toBeVisible();
  crm.slow = false;
  await expect(row).toContainText('Live');
  await expect(row.getByRole('cell', { name: String(people), exact: true })).toBeVisible();

  const asRep = await backend.as(rep);
  await decide(asRep, prospect.name, { kind: 'qualify', criteria: [] });
  await expect(page.getByText('A closing plan is required for Sales Qualified Leads.')).toBeVisible({ timeout: 90_000 });
  expect(crm.contacts.get(contact)!.properties.lifecyclestage).toBe('lead');
  // Sent again before anybody mends it there, it says what became of that.
  await page.getByRole('button', { name: `Send again · ${prospect.name}` }).click();
  await expect(page.getByText('It was sent, and refused again.')).toBeVisible({ timeout: 90_000 });
  // Somebody mends it there; then it goes out again from here.
  crm.put({ closing_plan: 'Q1' }, contact);
  await page.getByRole('button', { name: `Send again · ${prospect.name}` }).click();
  await page.getByRole('radio', { name: 'Written', exact: true }).click();
  await expect(page.getByText(/changed lifecyclestage/)).toBeVisible({ timeout: 90_000 });
  expect(crm.contacts.get(contact)!.properties.lifecyclestage).toBe('salesqualifiedlead');
  expect([...crm.notes.values()].filter((note) => note.contact === contact)).toHaveLength(1);
  // What is written while the list stands open comes into it, however quickly that was done.
  await decide(asRep, prospect.name, { kind: 'disqualify', reason: 'not_icp' });
  await expect(page.locator('.writes > li')).toHaveCount(2, { timeout: 90_000 });
  // The report names what it lists.
  const report = await fresh.open('report.html#crm-health');
  await expect(report.getByRole('heading', { name: 'What Baton wrote' })).toBeVisible();
});

/** The page where one allows an app, as of any CRM. */
function consentPage({ code, state, redirect }: { code: string; state: string; redirect: string }): Reply {
  const back = (with_: Record<string, string>) => `${redirect}?${new URLSearchParams({ state, ...with_ })}`.replaceAll('&', '&amp;');
  return {
    status: 200,
    headers: { 'content-type': 'text/html' },
    body: `<title>Allow access?</title><a href="${back({ code })}">Allow</a> <a href="${back({ error: 'access_denied' })}">Deny</a>`,
  };
}
class SalesforceWithPage extends FakeSalesforce {
  protected override answer(method: string, url: URL, headers: Record<string, string>, body: string): Reply {
    return url.pathname === '/services/oauth2/authorize' ? consentPage(this.consent(url.href)) : super.answer(method, url, headers, body);
  }
}
class MauticWithPage extends FakeMautic {
  protected override answer(method: string, url: URL, headers: Record<string, string>, body: string): Reply {
    return url.pathname === '/oauth/v2/authorize' ? consentPage(this.consent(url.href)) : super.answer(method, url, headers, body);
  }
}
function mauticWithReasons(): MauticWithPage {
  const crm = new MauticWithPage();
  crm.fields.push({
    alias: 'return_reason',
    label: 'Return reason',
    type: 'select',
    properties: { list: [{ value: 'no_money', label: 'No money' }] },
  });
  return crm;
}

for (const { name, way, address, keys, make, right, word, means } of [
  {
    name: 'Salesforce',
    way: 'External Client App, signed in as yourself',
    address: 'My Domain',
    keys: ['Consumer key', /Consumer secret/],
    make: () => new SalesforceWithPage(),
    right: 'Leads',
    word: 'Working - Contacted',
    means: 'sal',
  },
  {
    name: 'Mautic',
    way: 'API credentials, signed in as yourself',
    address: 'Address',
    keys: ['Public key', 'Secret key'],
    make: mauticWithReasons,
    right: 'Contacts',
    word: 'MQL',
    means: 'mql',
  },
] as const)
  test(`an admin signs in at ${name} in its own page, and is told when that was refused`, async ({ fresh, backend, listening }) => {
    const crm = make();
    const url = await listening(crm);
    const { context } = fresh;
    await signIn(context, backend.url, { sample: admin });
    const page = await fresh.open('options.html#sources');
    await page.getByRole('button', { name: 'Connect a CRM' }).click();
    await page.getByRole('radio', { name, exact: true }).click();
    await page.getByRole('radio', { name: way, exact: true }).click();
    await expect(page.getByText(`https://${chromiumId}.chromiumapp.org/`)).toBeVisible();
    await page.getByLabel(address, { exact: true }).fill(url);
    await page.getByLabel(keys[0]).fill(crm.client.id);
    await page.getByLabel(keys[1]).fill(crm.client.secret);

    const answer = async (what: 'Allow' | 'Deny') => {
      const opened = context.waitForEvent('page', (one) => one.url().startsWith(url));
      await page.getByRole('button', { name: `Sign in at ${name}` }).click();
      await (await opened).getByRole('link', { name: what }).click();
    };
    await answer('Deny');
    await expect(page.getByRole('alert')).toContainText(`${name} did not let Baton in (access_denied)`);
    await answer('Allow');
    const connected = page.getByRole('row', { name: new RegExp(name) });
    await expect(connected).toContainText('Waits for your agreement');
    await expect(page.getByRole('listitem').filter({ hasText: right }).first()).toContainText('can be read');
    await expect(page.getByLabel(`When it says, Baton reads: ${word}`)).toHaveValue(means);
    if (crm instanceof MauticWithPage) {
      // What can be chosen there is what can be chosen here.
      await page.getByLabel('Reason of a return, written').selectOption('return_reason');
      await page.getByLabel('Reason of a return: No budget').selectOption({ label: 'No money' });
    }

    await page.getByRole('button', { name: 'Disconnect', exact: true }).click();
    await expect(page.getByText('The credentials are forgotten')).toBeVisible();
    await page.getByRole('radio', { name: /Remove what it told/ }).click();
    await page.getByRole('button', { name: `Disconnect ${name}` }).click();
    await expect(connected).toHaveCount(0);
  });
