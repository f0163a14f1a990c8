import { signIn } from '../../scripts/parts/sign-in.ts';
import { admin } from '../harness/people.ts';
import { expect, test } from './house.ts';

/** Two languages: of a user, whose mails come in it, and of the workspace, which everybody's notes are written in. */

test('an admin chooses the workspace’s language and their own; the backend knows both, and asks for neither twice', async ({
  fresh,
  backend,
}) => {
  await signIn(fresh.context, backend.url, { sample: admin });
  const asAdmin = await backend.as(admin);
  interface Spoken {
    language?: string;
    settings: { language: string };
  }
  const spoken = async () => {
    const { language, settings } = await asAdmin<Spoken>('GET', '/v1/me');
    return [settings.language, language];
  };
  try {
    await expect.poll(spoken).toEqual(['en', 'en']);
    const page = await fresh.open('options.html#connection');
    await page.getByLabel('Language of the workspace').selectOption({ label: 'Deutsch' });
    await expect.poll(spoken).toEqual(['de', 'en']);
    await expect(page.getByLabel('Language of the workspace')).toHaveValue('de');

    await page.getByLabel('Language', { exact: true }).selectOption({ label: 'Deutsch' });
    await expect(page.getByLabel('Sprache des Arbeitsbereichs')).toHaveValue('de');
    await expect.poll(spoken).toEqual(['de', 'de']);
  } finally {
    await asAdmin('PATCH', '/v1/me', { language: null });
  }
});
