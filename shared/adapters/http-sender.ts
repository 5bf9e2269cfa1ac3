import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Alert } from '../core/alerts/alert.ts';
import { WatcherError } from '../core/base/watcher-error.ts';
import { guardedLookup, isOnInternet, literalAddress, PrivateAddressError, type Resolve } from './guarded-lookup.ts';
import { sendFitting } from './send-fitting.ts';

export interface HttpSenderOptions {
  /** How long to keep trying to deliver one alert, milliseconds. */
  readonly budget: number;
  /** Hosts, as the URL has them, that may have a private address and may be spoken to without TLS. */
  readonly allowHosts?: readonly string[];
  readonly wait?: (milliseconds: number) => Promise<unknown>;
  /** From 0 to 1. */
  readonly random?: () => number;
  readonly resolve?: Resolve;
}

/** What an answer means; some services say 200 and put the failure into the body. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

export interface Post {
  readonly url: string;
  readonly body: string;
  /** Made anew for each attempt. */
  readonly headers?: (body: string) => Readonly<Record<string, string>>;
  /** The answer as it is meant. */
  readonly read?: (answer: Answer) => Answer;
}

/** The delivery of one alert to one outlet: all of its requests share one budget. */
export interface Delivery {
  /** Throws `delivery-failed` when the request is refused or the budget is used up, `bad-input` when the URL is one that must not be called. */
  post(request: Post): Promise<'taken' | 'too-large'>;
  /** Posts the alert cut to `limit` bytes, and cut further as long as the service says that it is too large. */
  postFitting(render: (alert: Alert) => string, limit: number, request: Omit<Post, 'body'>): Promise<void>;
}

export type HttpSender = (outlet: string, alert: Alert) => Delivery;

/** Milliseconds. */
const FIRST_PAUSE = 1_000;
const ATTEMPT_TIMEOUT = 10_000;

/** Bytes of an answer that are read; what follows is of no interest. */
const ANSWER_LIMIT = 16_384;

type Outcome =
  | { readonly is: 'taken' }
  | { readonly is: 'too-large' }
  | { readonly is: 'later'; readonly pause: number; readonly why: string }
  | { readonly is: 'refused'; readonly why: string };

interface RawAnswer extends Answer {
  readonly retryAfter: string | undefined;
}

/** Milliseconds; the header has seconds or a date (RFC 9110, 10.2.3). */
function pauseOf(header: string | undefined): number {
  if (header === undefined) return 0;
  const seconds = Number(header);
  const pause = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(pause) ? 0 : Math.max(0, pause);
}

const RETRIED = new Set([408, 425, 429]);

/** Many services answer with one word that says what is wrong. Nothing else of a body is passed on: it may quote the request. */
const wordOf = (body: string): string => (/^[a-z][a-z_]{2,40}$/.test(body.trim()) ? ` (${body.trim()})` : '');

function judge(answer: Answer, retryAfter: string | undefined): Outcome {
  const { status } = answer;
  const why = `HTTP ${status}${wordOf(answer.body)}`;
  if (status >= 200 && status < 300) return { is: 'taken' };
  if (status === 413 || /_too_(?:long|large|big)\b/.test(wordOf(answer.body))) return { is: 'too-large' };
  if (RETRIED.has(status) || status >= 500) return { is: 'later', pause: pauseOf(retryAfter), why };
  return { is: 'refused', why: status < 400 ? `${why}, and redirects are not followed` : why };
}

/** OpenSSL and Node name failures of certificates and handshakes so; another attempt would fare no better. */
const TLS_FAILURE =
  /^(?:ERR_TLS|ERR_SSL|EPROTO|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE)/;

function failure(error: unknown): Outcome {
  const { code, name } = error as { readonly code?: string; readonly name?: string };
  const word = code ?? name ?? 'unknown';
  if (TLS_FAILURE.test(word)) return { is: 'refused', why: `TLS failed (${word})` };
  return { is: 'later', pause: 0, why: name === 'AbortError' ? 'no answer in time' : `no answer (${word})` };
}

function exchange(url: URL, post: Post, key: string, timeout: number, lookup?: LookupFunction): Promise<RawAnswer> {
  return new Promise((done, fail) => {
    const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(post.body),
        'user-agent': 'runnerwatch',
        'idempotency-key': key,
        ...post.headers?.(post.body),
      },
      agent: false,
      signal: AbortSignal.timeout(timeout),
      ...(lookup ? { lookup } : {}),
    });
    request.on('error', fail);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      const finish = () =>
        done({
          status: response.statusCode ?? 0,
          body: Buffer.concat(chunks).toString('utf8'),
          retryAfter: response.headers['retry-after'],
        });
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        size += chunk.length;
        if (size < ANSWER_LIMIT) return;
        finish();
        response.destroy();
      });
      response.on('end', finish);
      response.on('error', fail);
    });
    request.end(post.body);
  });
}

interface Target {
  readonly url: URL;
  /** Undefined for a host that is allowed by name. */
  readonly lookup: LookupFunction | undefined;
}

/** Throws `bad-input` for what is no URL, is not HTTPS or leads to a private address; the message has the host and nothing else of the URL. */
function targetOf(outlet: string, text: string, allowHosts: readonly string[], resolve?: Resolve): Target {
  if (!URL.canParse(text))
    throw new WatcherError('bad-input', `the secret of outlet \`${outlet}\` does not hold a URL`);
  const url = new URL(text);
  if (!['http:', 'https:'].includes(url.protocol))
    throw new WatcherError('bad-input', `the URL of outlet \`${outlet}\` is not HTTPS`);
  if (allowHosts.includes(url.hostname)) return { url, lookup: undefined };
  if (url.protocol !== 'https:')
    throw new WatcherError(
      'bad-input',
      `the URL of outlet \`${outlet}\` is not HTTPS; name the host \`${url.hostname}\` in \`allowHosts\` if that is meant`,
    );
  const address = literalAddress(url);
  if (address !== undefined && !isOnInternet(address)) throw privateAddress(outlet, url);
  return { url, lookup: guardedLookup(resolve) };
}

const privateAddress = (outlet: string, url: URL): WatcherError =>
  new WatcherError(
    'bad-input',
    `the URL of outlet \`${outlet}\` leads to an address that is not on the Internet; name the host \`${url.hostname}\` in \`allowHosts\` if that is meant`,
  );

/**
 * Posts JSON. Throttling (429, and `Retry-After` with it), server errors and silence are tried again with growing pauses as long as the budget lasts;
 * everything else is final, redirects too. What was not taken is thrown, so that whoever called delivers again later: nothing is dropped here.
 * No message has more of a URL than its host.
 */
export function httpSender({
  budget,
  allowHosts = [],
  wait = sleep,
  random = Math.random,
  resolve,
}: HttpSenderOptions): HttpSender {
  return (outlet, alert) => {
    let left = budget;

    const attempt = async ({ url, lookup }: Target, post: Post): Promise<Outcome> => {
      const asked = performance.now();
      const timeout = Math.max(1, Math.min(ATTEMPT_TIMEOUT, Math.floor(left)));
      try {
        const { retryAfter, ...answer } = await exchange(url, post, alert.dedupeKey, timeout, lookup);
        return judge(post.read?.(answer) ?? answer, retryAfter);
      } catch (error) {
        if (error instanceof PrivateAddressError) throw privateAddress(outlet, url);
        return failure(error);
      } finally {
        left -= performance.now() - asked;
      }
    };

    const post = async (request: Post): Promise<'taken' | 'too-large'> => {
      const target = targetOf(outlet, request.url, allowHosts, resolve);
      for (let pause = FIRST_PAUSE; ; pause *= 2) {
        const outcome = await attempt(target, request);
        if (outcome.is === 'taken' || outcome.is === 'too-large') return outcome.is;
        if (outcome.is === 'refused')
          throw new WatcherError(
            'delivery-failed',
            `outlet \`${outlet}\` refused alert \`${alert.dedupeKey}\`: ${outcome.why}`,
          );
        const next = Math.max(outcome.pause, Math.round(pause * (0.5 + random() / 2)));
        if (next > left)
          throw new WatcherError(
            'delivery-failed',
            `outlet \`${outlet}\` did not take alert \`${alert.dedupeKey}\` in time: ${outcome.why}`,
          );
        await wait(next);
        left -= next;
      }
    };

    return {
      post,
      postFitting: (render, limit, request) =>
        sendFitting(outlet, alert, render, limit, (body) => post({ ...request, body })),
    };
  };
}
