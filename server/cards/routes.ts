import { cardsBatch } from '../../lib/contract/routes/cards.ts';
import { lead } from '../../lib/contract/routes/leads-read.ts';
import { fromBase64url } from '../../lib/funnel/tag.ts';
import type { App } from '../http/app.ts';
import { problem } from '../http/problem.ts';
import { prepared } from '../store/db.ts';
import { elsewhere } from '../store/merged.ts';
import { assembleCard, assembleCards } from './assemble.ts';
import { routes as readRoutes } from './timeline.ts';

export function routes(app: App): void {
  app.handle(cardsBatch, async ({ trx, workspace, user, body, receivedAt, spend }) => {
    spend('tags', body.tags.length);
    const tags = [...new Set(body.tags)];
    const [known, found] = await Promise.all([
      prepared<{ kid: number }>(trx, 'leadset_kid', 'select kid from leadset_key where workspace = $1 and kid = $2', [workspace, body.kid]),
      prepared<{ person: string; i: number }>(
        trx,
        'people_by_tag',
        `select t.person, wanted.i::integer as i from unnest($3::bytea[]) with ordinality as wanted (tag, i)
         join key_tag t on t.workspace = $1 and t.kid = $2 and t.tag = wanted.tag`,
        [workspace, body.kid, tags.map((tag) => Buffer.from(fromBase64url(tag) ?? []))],
      ),
    ]);
    if (known.length === 0) throw problem('gone', 'The lead set has a new key. Fetch it, then the lead set, and ask again.');
    const cards = await assembleCards(
      trx,
      workspace,
      found.map(({ person }) => person),
      { user: user.id, now: receivedAt },
    );
    return {
      items: found.flatMap(({ person, i }) => {
        const card = cards.get(person);
        return card ? [{ tag: tags[i - 1]!, card }] : [];
      }),
    };
  });
  readRoutes(app);
  app.handle(lead, async ({ trx, workspace, user, params, receivedAt }) => {
    const card = await assembleCard(trx, workspace, params.id, { user: user.id, now: receivedAt });
    return card ?? elsewhere(trx, workspace, params.id, lead);
  });
}
