import { useRef, useState } from 'react';
import { useTrouble } from '../../trouble.ts';
import { CallTrouble } from '../../use-api.ts';
import type { Told } from '../propose/field.tsx';

/** What became of something that was sent: nothing wrong, something wrong with its fields, or a sentence about it as a whole. */
export function useSent() {
  const inWords = useTrouble();
  const [told, setTold] = useState<readonly Told[]>([]);
  const [wrong, setWrong] = useState<string>();
  const under = useRef(false);
  return {
    told,
    wrong,
    /** Sends, and forgets what was wrong before; while one is under way, a second press sends nothing. */
    send<T>(ask: () => Promise<T>, done: (value: T) => void): void {
      if (under.current) return;
      under.current = true;
      setTold([]);
      setWrong(undefined);
      const sent = ask().finally(() => {
        under.current = false;
      });
      sent.then(done, (error: unknown) => {
        const fields = error instanceof CallTrouble ? error.errors : [];
        setTold(fields.map(({ pointer, detail, said }) => ({ at: pointer, detail, ...(said && { said }) })));
        if (fields.length === 0) setWrong(inWords(error));
      });
    },
  };
}
