import { useState } from 'react';
import { useTrouble } from '../trouble.ts';
import { call } from '../use-api.ts';
import { useWorld } from '../world.tsx';

/** Changes a setting of the whole workspace, as an admin may. This device then learns of it as every device does. */
export function useWorkspaceSetting(): { change: (setting: Record<string, unknown>) => void; wrong: string | undefined } {
  const inWords = useTrouble();
  const { ask } = useWorld();
  const [wrong, setWrong] = useState<string>();
  const change = (setting: Record<string, unknown>) => {
    setWrong(undefined);
    call(ask, { route: 'changeSettings', body: setting })
      .then(() => ask('sync'))
      .catch((error: unknown) => setWrong(inWords(error)));
  };
  return { change, wrong };
}
