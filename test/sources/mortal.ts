import type { Answer, Call } from '../../server/outgoing/request.ts';
import type { Run } from '../../server/sources/pull.ts';

export class Died extends Error {}

/** What happens at a point of a run: before the nth call or transaction, in its place, or right after it. */
export interface Points {
  beforeCall?(n: number): Promise<'die' | undefined> | 'die' | undefined;
  /** Does the call, unless the request is to be lost. */
  call?(n: number, go: () => Promise<Answer>): Promise<Answer>;
  afterCall?(n: number): 'die' | undefined;
  beforeTransaction?(n: number): 'die' | undefined;
  afterTransaction?(n: number): 'die' | undefined;
}

/** A run in a process that may die at any point: from then on nothing of it reaches the store or the CRM. */
export function mortal(run: Run, points: Points): Run {
  let calls = 0;
  let transactions = 0;
  let dead = false;
  const mayDie = (what: 'die' | undefined): void => {
    if (what !== 'die') return;
    dead = true;
    throw new Died('The process died.');
  };
  const alive = (): void => {
    if (dead) throw new Died('The process is dead.');
  };
  return {
    ...run,
    world: {
      ...run.world,
      async call(url: string, about?: Call) {
        alive();
        const n = ++calls;
        mayDie(await points.beforeCall?.(n));
        const go = () => run.world.call(url, about);
        const answer = await (points.call ? points.call(n, go) : go());
        mayDie(points.afterCall?.(n));
        return answer;
      },
    },
    store: {
      ...run.store,
      async inWorkspace(workspace, work) {
        alive();
        const n = ++transactions;
        mayDie(points.beforeTransaction?.(n));
        const result = await run.store.inWorkspace(workspace, work);
        mayDie(points.afterTransaction?.(n));
        return result;
      },
    },
  };
}

/** Runs it, and answers `undefined` when the process died. */
export async function untilDeath<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Died) return undefined;
    throw error;
  }
}
