import { createContext, useContext } from 'react';
import type { ActState, Scene } from '../../lib/bridge/scene.ts';
import type { Card } from '../../lib/contract/card.ts';
import type { Agreement } from '../../lib/funnel/agreement.ts';
import type { Decision } from '../../lib/funnel/lead.ts';
import type { ReplyState, Verdict } from '../../lib/funnel/words.ts';

/** What stands in for the rest of the card while the user fills something in. Esc closes it first. */
export type Panel =
  | 'return'
  | 'qualify'
  | 'opportunity'
  | 'win'
  | 'handover'
  | 'definition'
  | 'history'
  | 'pause'
  | 'assign'
  | 'insight'
  | 'untie'
  | 'tie';

/** What the parts of a lead's card can see and do. An act answers when it is durable; what went wrong is told by the card. */
export interface Doing {
  scene: Scene;
  card: Card;
  agreement?: Agreement;
  now: number;
  panel?: Panel;
  show(panel: Panel | undefined): void;
  decide(decision: Decision): Promise<void>;
  feedback(kind: 'verdict' | 'insight', more: { verdict?: Verdict; reasons?: string[]; note?: string; campaign?: string }): Promise<void>;
  reply(feedback: string, state: ReplyState, note?: string): Promise<void>;
  tie(kind: string, value: string): Promise<void>;
  untie(key: string): Promise<void>;
  undo(id: string): Promise<void>;
  discard(id: string): Promise<void>;
  retry(id: string): Promise<void>;
  /** What the CRM refused, once more. */
  sendToCrm(write: string): Promise<void>;
  /** This device's acts on this lead that are not done yet, newest last. */
  acts: ActState[];
}

const Context = createContext<Doing | null>(null);
export const DoingProvider = Context.Provider;
export function useDoing(): Doing {
  const doing = useContext(Context);
  if (!doing) throw new Error('Only inside the card of a lead.');
  return doing;
}
