import type { World } from '../../server/sources/links.ts';
import { sealed } from '../../server/sources/links.ts';
import { type PullEnd, type Run, runPull } from '../../server/sources/pull.ts';
import { sealWith } from '../../server/sources/seal.ts';
import type { Mapping, Source } from '../../server/sources/source.ts';
import { runWrites } from '../../server/sources/writes.ts';
import { newId } from '../../server/store/id.ts';
import type { SimulatedClock } from '../fakes/clock.ts';
import type { Fake } from '../fakes/reply.ts';
import type { TestServer } from '../server/harness.ts';
import { into } from './link.ts';

/** A fake CRM, connected and agreed on, with the engine's runs at hand. */
export interface Connected {
  link: string;
  world: World;
  run(signal?: AbortSignal): Run;
  pull(signal?: AbortSignal): Promise<PullEnd>;
  write(signal?: AbortSignal): Promise<number>;
}

export async function connected(
  server: Pick<TestServer, 'store' | 'workspace'>,
  source: Source,
  fake: Fake,
  clock: SimulatedClock,
  { mapping, credentials }: { mapping: Mapping; credentials: Record<string, string> },
): Promise<Connected> {
  const { store, workspace } = server;
  const world: World = { seal: sealWith(Buffer.alloc(32, 7)), clock, call: into(fake) };
  const link = newId();
  await store.inWorkspace(workspace, (trx) =>
    trx
      .insertInto('source_link')
      .values({
        workspace,
        id: link,
        source: source.id,
        name: source.name,
        account: link,
        credentials: sealed(world.seal, { workspace, id: link }, credentials),
        mapping: JSON.stringify(mapping),
        state: 'running',
      })
      .execute(),
  );
  const never = new AbortController().signal;
  const run = (signal = never): Run => ({ store, world, source, workspace, id: link, signal });
  return { link, world, run, pull: (signal) => runPull(run(signal)), write: (signal) => runWrites(run(signal)) };
}
