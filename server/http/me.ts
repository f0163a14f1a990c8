import { api } from '../../lib/contract/discovery.ts';
import { changeMe, changeSettings, me, siteNames } from '../../lib/contract/routes/me.ts';
import { type Language, usualLanguage } from '../../lib/funnel/language.ts';
import own from '../../package.json' with { type: 'json' };
import { byOf } from '../acts/common.ts';
import { recordAudit } from '../store/audit.ts';
import { languageIn } from '../store/language.ts';
import type { App } from './app.ts';

/** What is kept of a workspace's settings. */
interface Settings {
  cards?: 'mine' | 'workspace';
  ownDomains?: string[];
  sitesOff?: (typeof siteNames)[number][];
  language?: Language;
}

export function routes(app: App): void {
  app.handle(me, async ({ trx, user, workspace }) => {
    const row = await trx
      .selectFrom('workspace as w')
      .innerJoin('app_user as u', 'u.workspace', 'w.workspace')
      .leftJoin('team as t', (join) => join.onRef('t.workspace', '=', 'u.workspace').onRef('t.id', '=', 'u.team'))
      .where('w.workspace', '=', workspace)
      .where('u.id', '=', user.id)
      .select((eb) => [
        'w.name',
        'w.sample',
        'w.settings',
        'u.settings as own',
        't.name as team',
        eb
          .selectFrom('agreement as a')
          .whereRef('a.workspace', '=', 'w.workspace')
          .where('a.in_force_at', 'is not', null)
          .select((inner) => inner.fn.max('a.version').as('version'))
          .as('agreement'),
      ])
      .executeTakeFirstOrThrow();
    const settings = row.settings as Settings;
    const language = languageIn(row.own);
    return {
      id: user.id,
      name: user.name,
      email: user.email,
      role: user.role,
      ...(row.team !== null && { team: row.team }),
      ...(language && { language }),
      workspace: { id: workspace, name: row.name, ...(row.sample && { sample: true }) },
      settings: {
        cards: settings.cards ?? 'mine',
        ownDomains: settings.ownDomains ?? [],
        sitesOff: settings.sitesOff ?? [],
        language: settings.language ?? usualLanguage,
      },
      agreement: row.agreement ?? 0,
      api,
      version: own.version,
    };
  });

  app.handle(changeMe, async ({ trx, workspace, user, body }) => {
    const row = await trx
      .selectFrom('app_user')
      .select('settings')
      .where('workspace', '=', workspace)
      .where('id', '=', user.id)
      .forUpdate()
      .executeTakeFirstOrThrow();
    const { language: _, ...rest } = row.settings as { language?: Language };
    const own = body.language === null ? {} : { language: body.language };
    await trx
      .updateTable('app_user')
      .set({ settings: JSON.stringify({ ...rest, ...own }) })
      .where('workspace', '=', workspace)
      .where('id', '=', user.id)
      .execute();
    return own;
  });

  app.handle(changeSettings, async ({ trx, workspace, user, body, receivedAt }) => {
    const row = await trx
      .selectFrom('workspace')
      .select('settings')
      .where('workspace', '=', workspace)
      .forUpdate()
      .executeTakeFirstOrThrow();
    const before = row.settings as Settings;
    // In the order of the names, each once, so that the same choice is always the same row.
    const sitesOff = body.sitesOff ? siteNames.filter((name) => body.sitesOff!.includes(name)) : (before.sitesOff ?? []);
    const cards = body.cards ?? before.cards ?? 'mine';
    const language = body.language ?? before.language ?? usualLanguage;
    const changed = {
      ...(JSON.stringify(sitesOff) !== JSON.stringify(before.sitesOff ?? []) && { sitesOff }),
      ...(cards !== (before.cards ?? 'mine') && { cards }),
      ...(language !== (before.language ?? usualLanguage) && { language }),
    };
    if (Object.keys(changed).length > 0) {
      await trx
        .updateTable('workspace')
        .set({ settings: JSON.stringify({ ...before, ...changed }) })
        .where('workspace', '=', workspace)
        .execute();
      await recordAudit(trx, workspace, byOf(user), { at: receivedAt, action: 'settings.change', detail: changed });
    }
    return { sitesOff, cards, language };
  });
}
