import type { Page } from '@playwright/test';
import type { FakeHubspot } from '../fakes/hubspot.ts';
import type { Extension } from '../harness/extension.ts';
import type { Camera } from './camera.ts';

/**
 * A CRM that knows some of the people of the sample company, one stage of its own, and a rule of its own.
 * @returns the contact who is the lead of the practice mail
 */
export function fill(crm: FakeHubspot): { id: string } {
  // They have been there for long: the search, by which they are counted, knows of them.
  crm.searchLag = 0;
  const known = [
    ['dana@northwind.example', 'Dana', 'Whitfield', 'Northwind Labs', 'marketingqualifiedlead'],
    ['amelia.ashdown@brightsail.example', 'Amelia', 'Ashdown', 'Brightsail', 'marketingqualifiedlead'],
    ['lin.wei@harbourline.example', '林', '伟', 'Harbourline', 'lead'],
    ['o.brandt@kestrel.example', 'Ottilie', 'Brandt', 'Kestrel & Sons', 'evangelist'],
    ['jonas.abel@kestrel.example', 'Jonas', 'Abel', 'Kestrel & Sons', 'subscriber'],
    ['ruth.ekman@fjordworks.example', 'Ruth', 'Ekman', 'Fjordworks', 'customer'],
  ] as const;
  const [dana] = known.map(([email, firstname, lastname, company, lifecyclestage]) =>
    crm.put({ email, firstname, lastname, company, lifecyclestage }),
  );
  crm.required.push({
    when: ['lifecyclestage', 'salesqualifiedlead'],
    needs: 'closing_plan',
    message: 'A closing plan is required for Sales Qualified Leads.',
  });
  return dana!;
}

/** An admin connects it, looks at what would change, agrees. */
export async function connect(extension: Extension, camera: Camera, crm: FakeHubspot, url: string): Promise<Page> {
  const page = await extension.open('options.html#sources');
  await page.setViewportSize({ width: 1180, height: 900 });
  await page.getByRole('button', { name: 'Connect a CRM' }).click();
  await page.getByRole('radio', { name: 'HubSpot' }).click();
  await page.getByLabel('Service key').fill('pat-of-somebody-else');
  await page.getByLabel(/API address/).fill(url);
  await page.getByRole('button', { name: 'Connect HubSpot' }).click();
  await page.getByRole('alert').waitFor();
  await camera.page(page, 'crm-not-let-in');
  await page.getByLabel('Service key').fill(crm.token);
  await page.getByRole('button', { name: 'Connect HubSpot' }).click();
  await page.getByText('Waits for your agreement').waitFor();
  await camera.page(page, 'crm-connected');
  await page.getByRole('button', { name: 'Show what would change' }).scrollIntoViewIfNeeded();
  await camera.page(page, 'crm-mapping');
  await page.getByLabel('When it says, Baton reads: evangelist').selectOption('customer');
  await page.getByRole('button', { name: 'Show what would change' }).click();
  await page.locator('.dry-run').waitFor();
  await page.locator('.dry-run').scrollIntoViewIfNeeded();
  await camera.page(page, 'crm-dry-run');
  await page.getByRole('button', { name: 'Agree, and begin to read and write' }).click();
  const row = page.getByRole('row', { name: /HubSpot \d/ });
  await row.getByText('Live').waitFor();
  await row.scrollIntoViewIfNeeded();
  await camera.page(page, 'crm-live');
  return page;
}
