import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { expect, test, vi } from 'vitest';
import { silentLog } from '#test/silent-log.ts';
import { createServer } from './server.ts';

test('a request that is on its way when the server ends is answered as any other, and its connection closed', async () => {
  const app = createServer({ log: silentLog, publicUrl: undefined });
  app.get('/word', { config: { access: 'public' } }, async () => ({ word: 'here' }));
  await app.listen({ host: '127.0.0.1', port: 0 });
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
  const closed = once(socket, 'close');
  let received = '';
  socket.on('data', (part: Buffer) => (received += part.toString()));
  // one whole request and the beginning of the next: the answer to the first says that both have arrived
  socket.write('GET /word HTTP/1.1\r\nHost: localhost\r\n\r\nGET /word HTTP/1.1\r\nHost: localhost\r\n');
  await vi.waitFor(() => expect(received).toContain('{"word":"here"}'));
  const ended = app.close();
  await vi.waitFor(() => expect(app.server.listening).toBe(false));
  received = '';
  socket.write('\r\n');
  await closed;
  await ended;
  expect(received).toMatch(/^HTTP\/1\.1 200 /);
  expect(received).toMatch(/^connection: close\r$/im);
  expect(received).toContain('{"word":"here"}');
});
