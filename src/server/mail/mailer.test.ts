import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPostOffice, openSilentServer, openTalkativeServer, type PostOffice } from '#test/post-office.ts';
import { invitationLetter, resetLetter } from './letters.ts';
import { Mailer } from './mailer.ts';

let office: PostOffice;
let mailer: Mailer;
beforeAll(async () => {
  office = await openPostOffice();
  mailer = new Mailer({ url: office.url, from: 'Reports <reports@kitchen.example>' });
});
afterAll(() => office.close());

const invitation = { organization: 'Hearth', by: 'Amelie', url: 'https://x.example/invitation#abc', days: 7 };

test('a letter has sender, plain text and HTML, and the link in both', async () => {
  await mailer.send(invitationLetter('kenji@kitchen.example', invitation));
  const { from, to, raw, readable } = await office.letterTo('kenji@kitchen.example');
  expect({ from, to }).toEqual({ from: 'reports@kitchen.example', to: ['kenji@kitchen.example'] });
  expect(raw).toMatch(/^From: Reports <reports@kitchen\.example>\r$/m);
  expect(raw).toMatch(/^Subject: Your invitation to Hearth on Mathership\r$/m);
  expect(readable).toContain('Content-Type: text/plain');
  expect(readable).toContain('Content-Type: text/html');
  expect(readable.split('https://x.example/invitation#abc').length - 1).toBeGreaterThanOrEqual(3);
});

test('names are escaped in HTML and cannot add a header, a recipient or a part', async () => {
  const nasty = '<img src=x onerror=alert(1)>\r\nBcc: thief@evil.example\r\n\r\n<b>';
  await mailer.send(
    invitationLetter('nasty@kitchen.example', { ...invitation, organization: nasty, by: '"&<script>' }),
  );
  const { to, raw, readable } = await office.letterTo('nasty@kitchen.example');
  expect(to).toEqual(['nasty@kitchen.example']);
  const headers = raw.slice(0, raw.indexOf('\r\n\r\n'));
  expect(headers).not.toMatch(/^Bcc:/im);
  const html = readable.slice(readable.indexOf('text/html'));
  expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;');
  expect(html).toContain('&quot;&amp;&lt;script&gt;');
  expect(html).not.toMatch(/<img|<script|<b>/);
});

test('a subject is one line without anything that cannot be seen', async () => {
  const subject = 'Bell\u0007Hearth\u2028Kitchen\r\n';
  await mailer.send({ to: 'line@kitchen.example', subject, text: 'x', html: 'x' });
  expect((await office.letterTo('line@kitchen.example')).raw).toMatch(/^Subject: Bell Hearth Kitchen\r$/m);
});

test('an address with a comma or a line break is one recipient or none', async () => {
  const before = office.letters.length;
  for (const to of ['a@kitchen.example, b@evil.example', 'a@kitchen.example\r\nRCPT TO:<b@evil.example>']) {
    await mailer
      .send(resetLetter(to, { name: 'A', organization: null, url: 'https://x.example', minutes: 60 }))
      .catch(() => undefined);
  }
  for (const { to } of office.letters.slice(before)) {
    expect(to).toHaveLength(1);
    expect(to).not.toContain('b@evil.example');
  }
});

test('a refusal is an error', async () => {
  office.refuse(true);
  const letter = resetLetter('full@kitchen.example', {
    name: 'A',
    organization: null,
    url: 'https://x.example',
    minutes: 60,
  });
  await expect(mailer.send(letter)).rejects.toThrow('the mailbox is full');
  office.refuse(false);
});

test('a server that stays silent is given up within ten seconds', async () => {
  const silent = await openSilentServer();
  const waiting = new Mailer({ url: silent.url, from: 'reports@kitchen.example' });
  const began = performance.now();
  const letter = resetLetter('a@kitchen.example', {
    name: 'A',
    organization: null,
    url: 'https://x.example',
    minutes: 60,
  });
  await expect(waiting.send(letter)).rejects.toThrow(/Greeting|not sent/);
  expect(performance.now() - began).toBeLessThan(11_000);
  waiting.close();
  await silent.close();
});

test('a server that talks on and never comes to the point is given up as well', async () => {
  const talkative = await openTalkativeServer();
  const waiting = new Mailer({ url: talkative.url, from: 'reports@kitchen.example' }, { secondsMax: 0.5 });
  const letter = resetLetter('a@kitchen.example', {
    name: 'A',
    organization: null,
    url: 'https://x.example',
    minutes: 60,
  });
  await expect(waiting.send(letter)).rejects.toThrow('not sent within 0.5 s');
  waiting.close();
  await talkative.close();
});
