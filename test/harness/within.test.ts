import { expect, test } from 'vitest';
import { within } from './within.ts';

test('what ends is answered, what fails fails as it does, and what does not end is named', async () => {
  await expect(within('an answer', Promise.resolve(7))).resolves.toBe(7);
  await expect(within('an answer', Promise.reject(new Error('refused')))).rejects.toThrow('refused');
  await expect(within('an answer', new Promise(() => undefined), 0.05)).rejects.toThrow('an answer: not after 0.05 s');
});
