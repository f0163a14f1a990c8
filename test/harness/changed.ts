import { watch } from 'node:fs';

/** Resolves once something is so in a folder: looked at now, and after everything that changes there. */
export function changed(folder: string, isSo: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = () => {
      if (!isSo()) return;
      watcher.close();
      resolve();
    };
    const watcher = watch(folder, look);
    watcher.on('error', reject);
    look();
  });
}
