import type { QueueItem } from './scene.ts';

/** What nobody owes: it stands apart from what waits, and is not counted. */
export const isNews = ({ kind }: Pick<QueueItem, 'kind'>): boolean => kind === 'reply' || kind === 'digest';
