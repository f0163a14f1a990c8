import type { Trx } from '../store/db.ts';
import { workspaceLanguage } from '../store/language.ts';
import { type Decided, type Given, noteOfDecision, noteOfFeedback } from './note.ts';

/** Notes of acts in the workspace's language, with the names of whom and what they name. */

export async function decisionNote(trx: Trx, workspace: string, decided: Omit<Decided, 'to' | 'language'>): Promise<string> {
  const { decision } = decided;
  const to = 'to' in decision ? decision.to : undefined;
  const taker =
    to === undefined
      ? undefined
      : await trx.selectFrom('app_user').select('name').where('workspace', '=', workspace).where('id', '=', to).executeTakeFirst();
  return noteOfDecision({ ...decided, language: await workspaceLanguage(trx, workspace), to: taker?.name });
}

/** @param given `campaign` is its id */
export async function feedbackNote(trx: Trx, workspace: string, given: Omit<Given, 'language'>): Promise<string> {
  const { campaign: id } = given;
  const campaign =
    id === undefined
      ? undefined
      : await trx.selectFrom('campaign').select('name').where('workspace', '=', workspace).where('id', '=', id).executeTakeFirst();
  return noteOfFeedback({ ...given, language: await workspaceLanguage(trx, workspace), campaign: campaign?.name });
}
