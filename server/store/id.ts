import { v7, validate } from 'uuid';

/** A new UUIDv7: made by the application, so that every store makes the same ones. Never order by it for time. */
export const newId = (): string => v7();

export const isId = (value: string): boolean => validate(value);
