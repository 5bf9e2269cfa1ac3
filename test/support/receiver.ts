import { createServer as createHttp, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import { generate } from 'selfsigned';

/** What the receiver does instead of saying 200: an answer, closing the connection, or nothing at all. */
export type Answer =
  | 'close'
  | 'hang'
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
      /** Milliseconds before the answer. */
      readonly after?: number;
    };

export interface Heard {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly path: string;
}

export interface Receiver {
  readonly url: string;
  /** Bodies that were answered with 200, oldest first. */
  readonly taken: unknown[];
  /** Every request, oldest first. */
  readonly heard: Heard[];
  /** What to do before taking anything. */
  readonly answers: Answer[];
  /** What to do when `answers` is empty, in place of 200. */
  always?: Answer;
  readonly requests: () => number;
  stop(): Promise<void>;
}

export interface ReceiverOptions {
  /** With a certificate that nobody knows. */
  readonly tls?: boolean;
  /** Of a 200. */
  readonly body?: string;
}

/** A service on the loopback interface that can be told to fail. */
export async function startReceiver({ tls = false, body = 'ok' }: ReceiverOptions = {}): Promise<Receiver> {
  const taken: unknown[] = [];
  const heard: Heard[] = [];
  const answers: Answer[] = [];
  const listener: RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      heard.push({ headers: request.headers, body: text, path: request.url ?? '' });
      const answer = answers.shift() ?? receiver.always ?? { status: 200 };
      if (answer === 'hang') return;
      if (answer === 'close') {
        request.socket.destroy();
        return;
      }
      if (answer.status === 200 && answer.body === undefined) taken.push(JSON.parse(text));
      setTimeout(() => {
        response.writeHead(answer.status, answer.headers ?? {});
        response.end(answer.body ?? body);
      }, answer.after ?? 0);
    });
  };
  const server = tls ? createHttps(await certificate(), listener) : createHttp(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const receiver: Receiver = {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}/services/T000/B000/secret`,
    taken,
    heard,
    answers,
    requests: () => heard.length,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return receiver;
}

async function certificate(): Promise<{ readonly key: string; readonly cert: string }> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: '127.0.0.1' }], { algorithm: 'sha256' });
  return { key, cert };
}
