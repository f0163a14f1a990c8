import { useCallback, useEffect, useState } from 'react';
import { BridgeError } from '../lib/bridge/ask.ts';
import type { FromPages } from '../lib/bridge/protocol.ts';
import type { WireRefusal } from '../lib/contract/problem.ts';
import { useWorld, type World } from './world.tsx';

export type Call = FromPages['api']['in'];
/** A call of the backend that did not succeed: in whose words, and by which code. `offline` and `signed-out` never reached it. */
export class CallTrouble extends Error {
  readonly code: string;
  /** What is wrong where in the body that was sent. */
  readonly errors: readonly FieldError[];
  /** The same as data, for words in the screen's language. */
  readonly refusal?: WireRefusal;
  constructor(code: string, sentence: string, errors: readonly FieldError[] = [], refusal?: WireRefusal) {
    super(sentence);
    this.code = code;
    this.errors = errors;
    if (refusal) this.refusal = refusal;
  }
}

export interface FieldError {
  pointer: string;
  detail: string;
  /** The same as data. */
  said?: WireRefusal;
}
interface ProblemBody {
  type?: string;
  title?: string;
  detail?: string;
  errors?: FieldError[];
  refusal?: WireRefusal;
}
/** One call by route; what the backend refuses becomes a `CallTrouble` with its own sentence. */
export async function call<T>(ask: World['ask'], request: Call): Promise<T> {
  let answer: FromPages['api']['out'];
  try {
    answer = await ask('api', request);
  } catch (error) {
    if (error instanceof BridgeError) throw new CallTrouble(error.code, error.sentence);
    throw error;
  }
  if (answer.status < 300) return answer.body as T;
  const problem = (typeof answer.body === 'object' && answer.body !== null ? answer.body : {}) as ProblemBody;
  const sentence = problem.detail ?? problem.errors?.map((e) => e.detail).join(' ') ?? problem.title ?? String(answer.status);
  throw new CallTrouble(/([^:]+)$/.exec(problem.type ?? '')?.[1] ?? String(answer.status), sentence, problem.errors, problem.refusal);
}

export type Answer<T> = { state: 'waiting' } | { state: 'here'; value: T } | { state: 'failed'; trouble: CallTrouble };

/** The answer to a call, asked anew when the call changes. While another one is on its way the last answer stays, and `renewing` says so. */
export function useApi<T>(request: Call): Answer<T> & { again: () => void; renewing: boolean } {
  const { ask } = useWorld();
  const [answer, setAnswer] = useState<Answer<T>>({ state: 'waiting' });
  const key = JSON.stringify(request);
  const [turn, setTurn] = useState(0);
  const [renewing, setRenewing] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `turn` asks the same again
  useEffect(() => {
    let wanted = true;
    setRenewing(true);
    const here = (next: Answer<T>) => {
      if (!wanted) return;
      setAnswer(next);
      setRenewing(false);
    };
    call<T>(ask, JSON.parse(key) as Call).then(
      (value) => here({ state: 'here', value }),
      (error) => here({ state: 'failed', trouble: error instanceof CallTrouble ? error : new CallTrouble('fault', String(error)) }),
    );
    return () => {
      wanted = false;
    };
  }, [ask, key, turn]);
  const again = useCallback(() => setTurn((n) => n + 1), []);
  return { ...answer, again, renewing: renewing && answer.state !== 'waiting' };
}
