import { api } from '../../lib/contract/discovery.ts';
import { me } from '../../lib/contract/routes/me.ts';
import own from '../../package.json' with { type: 'json' };
import type { App } from './app.ts';

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
        't.name as team',
        eb
          .selectFrom('agreement as a')
          .whereRef('a.workspace', '=', 'w.workspace')
          .where('a.in_force_at', 'is not', null)
          .select((inner) => inner.fn.max('a.version').as('version'))
          .as('agreement'),
      ])
      .executeTakeFirstOrThrow();
    const settings = row.settings as { cards?: 'mine' | 'workspace'; ownDomains?: string[] };
    return {
      id: user.id,
      name: user.name,
      email: user.email,
      role: user.role,
      ...(row.team !== null && { team: row.team }),
      workspace: { id: workspace, name: row.name, ...(row.sample && { sample: true }) },
      settings: { cards: settings.cards ?? 'mine', ownDomains: settings.ownDomains ?? [] },
      agreement: row.agreement ?? 0,
      api,
      version: own.version,
    };
  });
}
