import type { Language } from '../../components/words/words.tsx';

/** The language of the whole gallery: the background's sentences are in it, too. */
export const language = (new URLSearchParams(location.search).get('lang') ?? 'en') as Language;
