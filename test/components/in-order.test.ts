import { expect, test } from 'vitest';
import { inOrder } from '../../components/in-order.ts';

test('an answer that was overtaken is left out; every other one is taken', () => {
  const ask = inOrder();
  const taken: string[] = [];
  const [first, second, third] = [ask(), ask(), ask()];
  second(() => taken.push('second'));
  first(() => taken.push('first'));
  third(() => taken.push('third'));
  expect(taken).toEqual(['second', 'third']);
  ask()(() => taken.push('fourth'));
  expect(taken).toEqual(['second', 'third', 'fourth']);
});
