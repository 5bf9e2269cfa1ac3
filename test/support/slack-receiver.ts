import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Receiver {
  readonly url: string;
  /** Bodies taken, oldest first. */
  readonly taken: unknown[];
  /** Answers to give before taking anything: status and headers. */
  readonly answers: { readonly status: number; readonly headers?: Readonly<Record<string, string>> }[];
  readonly requests: () => number;
  stop(): Promise<void>;
}

/** A webhook on the loopback interface that can be told to fail first. */
export async function startReceiver(): Promise<Receiver> {
  const taken: unknown[] = [];
  const answers: Receiver['answers'] = [];
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const answer = answers.shift() ?? { status: 200 };
      if (answer.status === 200) taken.push(JSON.parse(Buffer.concat(chunks).toString('utf8')));
      response.writeHead(answer.status, answer.headers ?? {});
      response.end('ok');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/services/T000/B000/secret`,
    taken,
    answers,
    requests: () => requests,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
