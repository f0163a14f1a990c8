/** The instant so many days of 24 hours earlier. */
export const daysBefore = (at: string, days: number): string => new Date(Date.parse(at) - days * 86_400_000).toISOString();
