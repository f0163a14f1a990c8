import type { ReactNode } from 'react';
import { BridgeError } from '../../lib/bridge/ask.ts';
import type { Said } from '../../lib/funnel/sentences/sentence.ts';
import type { Stage } from '../../lib/funnel/words.ts';
import { refusedWords } from '../words/refused.ts';
import { useWords } from '../words/words.tsx';
import { ReasonEntry, StageEntry, Termed } from './entry.tsx';

/** Stands around what opens an entry; no text of people has it. */
const mark = '\u0000';

interface Props {
  sentence?: string | undefined;
  refusal?: Said | undefined;
  otherwise: string;
}

/** Why an act is not allowed, in which stages, reasons and terms open their entries; `otherwise`: where nobody said why. */
export function Refused({ sentence, refusal, otherwise }: Props) {
  const { w } = useWords();
  const entries = new Map<string, ReactNode>();
  const marked = (key: string, entry: ReactNode): string => {
    entries.set(key, entry);
    return mark + key + mark;
  };
  const text = refusedWords({ ...(sentence !== undefined && { sentence }), ...(refusal && { refusal }) }, w, {
    stage: (stage) => marked(`stage ${stage}`, <StageEntry stage={stage as Stage} word />),
    reason: (code) => marked(`reason ${code}`, <ReasonEntry code={code} />),
  });
  return (text ?? otherwise).split(mark).map((piece, i) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one sentence never change places
    <span key={i}>{i % 2 ? entries.get(piece) : refusal ? <Termed text={piece} /> : piece}</span>
  ));
}

/** Why an act was not saved on this device: what the rules say against it, or that it could not be written down. */
export function NotSaved({ error }: { error: unknown }) {
  const { w } = useWords();
  const told = error instanceof BridgeError && error.code !== 'unreachable' ? error : undefined;
  return <Refused sentence={told?.sentence} refusal={told?.refusal} otherwise={w.card.notSaved} />;
}
