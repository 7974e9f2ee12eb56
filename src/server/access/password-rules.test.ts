import { expect, test } from 'vitest';
import { refuseWeakPassword } from './password-rules.ts';

const email = 'anna.lindqvist@smörgås.example';
const verdict = (password: string): Promise<string> =>
  refuseWeakPassword('password', password, email).then(
    () => 'taken',
    (error: { fields: { field: string }[] }) => error.fields.map(({ field }) => field).join(),
  );

test.each([
  '1234567890',
  'qwertyuiop',
  'Password123',
  'PASSWORD2026!',
  '!!basketball!!',
  'passwordpassword',
  'ｐａｓｓｗｏｒｄ１２３',
  'aaaaaaaaaaaaaaaa',
  'ababababababab',
  email,
  email.toUpperCase(),
  'anna.lindqvist',
  `${email}2026`,
])('%s is refused', async (password) => {
  expect(await verdict(password)).toBe('password');
});

test.each([
  'harbour-hearth',
  'correct horse battery',
  'a new long password',
  'щи да каша пища наша',
  '我们的厨房每天早上七点开门',
  '8 курица & 3 рыбы',
  'Anna kocht um sieben',
])('%s is taken', async (password) => {
  expect(await verdict(password)).toBe('taken');
});
