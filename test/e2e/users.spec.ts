import { ask, signIn } from '../../scripts/parts/sign-in.ts';
import { launch } from '../harness/extension.ts';
import { admin, rep } from '../harness/people.ts';
import { tabTo } from '../harness/tab.ts';
import { expect, test } from './house.ts';

/** How somebody comes to work with Baton, and how they leave. */

test('an admin adds a team and a colleague by keyboard alone; by the link the colleague chooses a password, and signs in', async ({
  fresh,
  backend,
}) => {
  const word = crypto.randomUUID().slice(0, 8);
  const [name, email, team] = [`Noor ${word}`, `noor.${word}@ridgeway.example`, `North ${word}`];
  await fresh.context.grantPermissions(['clipboard-read']);
  await signIn(fresh.context, backend.url, { sample: admin });
  const page = await fresh.open('options.html#users');
  const { keyboard } = page;
  const button = (words: string) => page.getByRole('button', { name: words, exact: true });
  // What is opened of somebody is a row, too, and has their name in it.
  const rowOf = (who: string) => page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: who }) });
  const row = rowOf(name);

  await tabTo(page.locator('.add-team').getByLabel('Name'));
  await keyboard.type(team);
  await keyboard.press('Enter');
  await expect(rowOf(team)).toContainText('Sales');

  // What cannot be is said at its field, and what was typed stays.
  await page.reload();
  await tabTo(button('Add a user'));
  await keyboard.press('Enter');
  const address = page.getByLabel('Email');
  await expect(address).toBeFocused();
  await keyboard.type(rep);
  await keyboard.press('Tab');
  await keyboard.type(name);
  await keyboard.press('Enter');
  await expect(address).toHaveAccessibleDescription('A user with this address is here already. Change that one.');
  await keyboard.press('Shift+Tab');
  await expect(address).toBeFocused();
  await keyboard.press('ControlOrMeta+a');
  await keyboard.type('noor at ridgeway');
  await keyboard.press('Enter');
  await expect(address).toHaveAccessibleDescription('This is not an e-mail address.');
  await expect(address).toHaveValue('noor at ridgeway');
  await expect(page.locator('.form-of').getByLabel('Name')).toHaveValue(name);
  await keyboard.press('ControlOrMeta+a');
  await keyboard.type(email);
  const form = page.locator('.form-of');
  await tabTo(form.getByLabel('Role'));
  await keyboard.type('Manager');
  await tabTo(form.getByLabel('Team'));
  await keyboard.type(team);
  await tabTo(button(`Add ${name}`));
  await keyboard.press('Enter');

  await expect(row).toContainText('not yet');
  await expect(row).toContainText(team);
  await expect(button('Make a link')).toBeFocused();
  await keyboard.press('Enter');
  const copy = button('Copy');
  await expect(copy).toBeFocused();
  await keyboard.press('Enter');
  await expect(button('Copied')).toBeVisible();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toBe(await page.locator('.once code').innerText());
  await expect(row).toContainText('link until');

  // The colleague has a browser of their own.
  const theirs = await launch();
  const door = await theirs.context.newPage();
  await door.goto(link);
  await expect(door.getByText(`${name}, you sign in with it to Baton`)).toBeVisible();
  await expect(door.getByLabel('Email')).toHaveValue(email);
  const choose = async (password: string, again = password) => {
    await door.getByLabel('Password', { exact: true }).fill(password);
    await door.getByLabel('The same once more').fill(again);
    await door.keyboard.press('Enter');
  };
  const secret = 'four words for mornings';
  await choose('short');
  await expect(door.getByRole('alert')).toHaveText('Take at least 12 characters; a few words in a row are good.');
  await expect(door.getByLabel('Password', { exact: true })).toHaveAttribute('aria-invalid', 'true');
  await choose(secret, 'four words for evenings');
  await expect(door.getByRole('alert')).toHaveText('The two are not the same. Type both again.');
  await choose(secret);
  await expect(door.getByRole('heading', { name: 'Your password is kept' })).toBeVisible();
  await expect(door.getByText(backend.url, { exact: true })).toBeVisible();
  const me = await signIn(theirs.context, backend.url, { email, password: secret });
  expect(me).toMatchObject({ name, email, role: 'manager' });

  // A link that was used says what to do.
  await door.goto(link);
  await expect(door.getByRole('heading', { name: 'This link is over' })).toBeVisible();
  await expect(door.getByText('sign in from the extension; otherwise your admin can make you another')).toBeVisible();

  // Who is no admin reads who is here, and changes nothing.
  const seen = await theirs.open('options.html#users');
  const own = seen.getByRole('row', { name: new RegExp(name) });
  await expect(own).toContainText('you');
  await expect(own).toContainText(team);
  await expect(seen.getByText('Your admin adds users and changes what they may do.')).toBeVisible();
  await expect(seen.getByRole('main').getByRole('button', { name: /Add|Open|Remove|link/ })).toHaveCount(0);
  await expect(seen.getByRole('columnheader', { name: 'Signs in' })).toHaveCount(0);

  await page.reload();
  await expect(row).toContainText('with a password');

  const onALine = page
    .getByRole('main')
    .getByRole('button', { name: /^Open / })
    .and(page.locator(':focus'));
  // Removed, they are out; their team can go; brought back, they come in with the same password.
  await button(`Open ${name}`).click();
  await button('Remove').click();
  await expect(page.getByText(`${name} is signed out within seconds and keeps no card.`)).toBeVisible();
  await button(`Remove ${name}`).click();
  await expect(row).toHaveCount(0);
  // The keyboard goes on at the line that came into its place.
  await expect(onALine).toHaveCount(1);
  await expect.poll(async () => (await ask(seen, 'sync')).state).toBe('signed-out');
  await button(`Open ${team}`).click();
  await button('Remove').click();
  await button(`Remove ${team}`).click();
  await expect(rowOf(team)).toHaveCount(0);
  await expect(onALine).toHaveCount(1);
  // Others that were removed before may stand there, too.
  await page.getByRole('button', { name: /^Show \d+ removed users?$/ }).click();
  await button(`Bring back ${name}`).click();
  await expect(row).toContainText('No team');
  // Their line is open, to give them another, and the keyboard is there.
  await expect(button(`Close ${name}`)).toBeFocused();
  await expect(button(`Bring back ${name}`)).toHaveCount(0);
  expect(await signIn(theirs.context, backend.url, { email, password: secret })).toMatchObject({ name });
  await theirs.close();
});

test('the last admin stays one, whatever they press; a newer link ends the one before', async ({ fresh, backend }) => {
  const { id, name } = await signIn(fresh.context, backend.url, { sample: admin });
  const page = await fresh.open('options.html#users');
  const button = (words: string) => page.getByRole('button', { name: words, exact: true });
  const last = page.getByRole('alert').filter({ hasText: 'This is the last admin. Make somebody else one first.' });
  await button(`Open ${name}`).click();
  await button('Remove').click();
  await expect(page.getByText('This is you: you are signed out yourself.')).toBeVisible();
  await button(`Remove ${name}`).click();
  await expect(last).toBeVisible();
  await button('Remove').click();
  await expect(last).toHaveCount(0);

  const role = page.locator('.opened').getByLabel('Role');
  await role.selectOption('Rep');
  await expect(page.getByText(`A change of role signs ${name} out; they sign in again.`)).toBeVisible();
  await button('Keep changes').click();
  await expect(last).toBeVisible();
  await expect(role).toHaveValue('rep');
  expect((await ask(page, 'sync')).state).toBe('live');

  const asAdmin = await backend.as(admin);
  const [first, second] = [
    await asAdmin<{ url: string }>('POST', `/v1/users/${id}/link`),
    await asAdmin<{ url: string }>('POST', `/v1/users/${id}/link`),
  ];
  const door = await fresh.context.newPage();
  await door.goto(first.url);
  await expect(door.getByText('a newer one was made')).toBeVisible();
  await door.goto(second.url);
  await expect(door.getByRole('heading', { name: 'Choose a password' })).toBeVisible();
});
