import { configFromEnv } from '../../server/config.ts';
import { lockData, runningEmbedded, startEmbedded } from '../../server/store/embedded.ts';

/** The database of the Baton here: its own, or the one that is named; started for as long as it takes when nobody runs it. */
export async function withDatabase<T>(work: (url: string) => Promise<T>): Promise<T> {
  const { data, databaseUrl } = configFromEnv(process.env);
  if (databaseUrl) return work(databaseUrl);
  const running = await runningEmbedded(data);
  if (running) return work(running.url);
  const lock = await lockData(data);
  try {
    const embedded = await startEmbedded({ data });
    try {
      return await work(embedded.url);
    } finally {
      await embedded.stop();
    }
  } finally {
    await lock.release();
  }
}
