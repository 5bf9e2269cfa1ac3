import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { readFindings, readHistory, readNetworks } from '../shared/app/read-findings.ts';
import { requestRescan } from '../shared/app/request-rescan.ts';
import { FAULTS, WatcherError } from '../shared/core/base/watcher-error.ts';
import { type ApiWiring, wireApi } from './wire/api.ts';
import { logger, thrown } from './wire/environment.ts';
import { lambda } from './wire/lambda.ts';

const HISTORY_LIMIT = 50;

type Answer = { readonly status: number; readonly body: unknown };

/** By route key, as API Gateway matches them. The caller is authenticated by IAM before we are asked. */
const ROUTES: Readonly<Record<string, (wiring: ApiWiring, id: string) => Promise<Answer>>> = {
  'POST /networks/{id}/scans': async ({ queue, networks, newRequestId }, id) => {
    const requestId = newRequestId();
    await requestRescan(queue, networks, id, requestId);
    return { status: 202, body: { id: requestId, network: id } };
  },
  'GET /networks': async ({ store }) => ({ status: 200, body: { networks: await readNetworks(store) } }),
  'GET /networks/{id}/findings': async ({ store }, id) => ({ status: 200, body: await readFindings(store, id) }),
  'GET /networks/{id}/history': async ({ store }, id) => ({
    status: 200,
    body: await readHistory(store, id, HISTORY_LIMIT),
  }),
};

const respond = ({ status, body }: Answer): APIGatewayProxyStructuredResultV2 => ({
  statusCode: status,
  headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
  body: JSON.stringify(body),
});

export const createHandler = (wiring: () => ApiWiring) => {
  let wired: ApiWiring | undefined;
  return lambda<APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2>().handler(async (event) => {
    const route = ROUTES[event.routeKey];
    if (!route) return respond({ status: 404, body: { error: `there is no ${event.routeKey}` } });
    try {
      wired ??= wiring();
      return respond(await route(wired, event.pathParameters?.['id'] ?? ''));
    } catch (error) {
      if (error instanceof WatcherError)
        return respond({ status: FAULTS[error.fault].httpStatus, body: { error: error.message } });
      logger.error('request failed', {
        routeKey: event.routeKey,
        error: thrown(error),
      });
      return respond({ status: 500, body: { error: 'internal error' } });
    }
  });
};

export const handler = createHandler(wireApi);
