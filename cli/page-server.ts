import { readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { readFindings, readHistory, readNetworks } from '../shared/app/read-findings.ts';
import { FAULTS, WatcherError } from '../shared/core/base/watcher-error.ts';
import type { StateStore } from '../shared/ports.ts';

const FILES: Readonly<Record<string, { readonly name: string; readonly type: string }>> = {
  '/': { name: 'index.html', type: 'text/html; charset=utf-8' },
  '/page.js': { name: 'page.js', type: 'text/javascript; charset=utf-8' },
  '/page.css': { name: 'page.css', type: 'text/css; charset=utf-8' },
};

const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

const HISTORY_LIMIT = 100;

export interface Page {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves the page and its data on the loopback interface only. Throws `bad-input` when the port is taken. */
export async function servePage(store: StateStore, port: number): Promise<Page> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1');
    if (request.method !== 'GET') return send(response, 405, 'text/plain', 'only GET');
    const file = FILES[pathname];
    if (file)
      return send(
        response,
        200,
        file.type,
        readFileSync(fileURLToPath(new URL(`../web/${file.name}`, import.meta.url))),
      );
    return answer(store, pathname).then(
      (body) => send(response, 200, 'application/json', JSON.stringify(body)),
      (error: unknown) => {
        const status = error instanceof WatcherError ? FAULTS[error.fault].httpStatus : 500;
        send(
          response,
          status,
          'application/json',
          JSON.stringify({ error: error instanceof Error ? error.message : String(error) }),
        );
      },
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === 'EADDRINUSE'
          ? new WatcherError('bad-input', `port ${port} on 127.0.0.1 is taken; choose another with --port`)
          : error,
      );
    });
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(store: StateStore, pathname: string): Promise<unknown> {
  if (pathname === '/networks') return { networks: await readNetworks(store) };
  const match = /^\/networks\/([a-z0-9-]{1,63})\/(findings|history)$/.exec(pathname);
  const [, network, what] = match ?? [];
  if (network === undefined) throw new WatcherError('not-found', `there is no ${pathname}`);
  return what === 'findings' ? readFindings(store, network) : readHistory(store, network, HISTORY_LIMIT);
}

function send(response: ServerResponse, status: number, type: string, body: string | Buffer): void {
  response.writeHead(status, { ...HEADERS, 'content-type': type });
  response.end(body);
}
