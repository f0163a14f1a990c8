import { createContext, Fragment, type ReactNode, useContext, useMemo } from 'react';
import type { Language } from '../../lib/funnel/language.ts';
import { type Format, formatOf } from '../format.ts';
import { de } from './de.ts';
import { en, type Words } from './en.ts';

export type { Language, Words };
export const catalogues: Record<Language, Words> = { en, de };

interface Spoken {
  w: Words;
  f: Format;
}
const Context = createContext<Spoken>({ w: en, f: formatOf('en') });

/** The words and formats of everything inside it. */
export function Speak({ language, children }: { language: Language; children: ReactNode }) {
  const spoken = useMemo(() => ({ w: catalogues[language], f: formatOf(language) }), [language]);
  return <Context value={spoken}>{children}</Context>;
}
export const useWords = (): Spoken => useContext(Context);

/** The language of the browser, where the user has not chosen one. */
export const languageOf = (chosen: Language | 'auto', browser: string): Language =>
  chosen !== 'auto' ? chosen : browser.toLowerCase().startsWith('de') ? 'de' : 'en';

/** A sentence with something of the screen's own in it: `fill('Waiting for {name}', { name: <bdi>Ana</bdi> })`. */
export function fill(text: string, parts: Record<string, ReactNode>): ReactNode {
  const pieces = text.split(/\{(\w+)\}/);
  return pieces.map((piece, i) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one sentence never change places
    <Fragment key={i}>{i % 2 ? parts[piece] : piece}</Fragment>
  ));
}
/** The same, as plain text for labels and tooltips. */
export const fillText = (text: string, parts: Record<string, string>): string => text.replace(/\{(\w+)\}/g, (_, name) => parts[name] ?? '');
