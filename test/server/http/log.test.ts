import { expect, test } from 'vitest';
import { describe as told } from '../../../server/http/log.ts';

const from = (error: unknown) => JSON.stringify(told(error));

test('an error is logged by its kind, code and place', () => {
  expect(told(Object.assign(new Error('no more space'), { code: 'ENOSPC' }))).toMatchObject({
    kind: 'Error',
    message: 'no more space',
    code: 'ENOSPC',
    stack: expect.stringMatching(/^\s+at /),
  });
});

test('what quotes input is logged without its text', () => {
  const words = 'mia.kern@example.com';
  expect(from(new SyntaxError(words))).not.toContain(words);
  expect(from(Object.assign(new Error(words), { severity: 'ERROR', code: '23505' }))).not.toContain(words);
});

test('the copy of an error that the job queue hands on keeps code and place, not the text', () => {
  const error = Object.assign(new Error('mia.kern@example.com'), { code: 'ECONNREFUSED' });
  const copy = { ...error, message: error.message, stack: error.stack };
  expect(told(copy)).toMatchObject({ kind: 'Error', code: 'ECONNREFUSED', stack: expect.stringMatching(/^\s+at /) });
  expect(from(copy)).not.toContain('mia.kern');
});

test('what is no error is only called what it is', () => {
  expect(told('mia.kern@example.com')).toEqual({ kind: 'string' });
});
