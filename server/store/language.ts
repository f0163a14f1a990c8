import { type Language, usualLanguage } from '../../lib/funnel/language.ts';
import type { Trx } from './db.ts';

/** What is kept of a workspace's and of a user's settings about language. */
interface Kept {
  language?: Language;
}

/** The language of what Baton writes for a whole workspace: a CRM's notes, mails to people whose own is not known. */
export async function workspaceLanguage(trx: Trx, workspace: string): Promise<Language> {
  const { settings } = await trx.selectFrom('workspace').select('settings').where('workspace', '=', workspace).executeTakeFirstOrThrow();
  return languageIn(settings) ?? usualLanguage;
}

export const languageIn = (settings: unknown): Language | undefined => (settings as Kept).language;
