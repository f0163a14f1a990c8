/** The languages that Baton speaks: of screens each user's own, of what is written for a whole workspace that one's. */
export const languages = ['en', 'de'] as const;
export type Language = (typeof languages)[number];

/** Of a workspace that has chosen none, and of texts for nobody in particular. */
export const usualLanguage: Language = 'en';
