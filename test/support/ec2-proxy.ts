import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

const NAMESPACE = 'http://ec2.amazonaws.com/doc/2016-11-15/';

const answer = (action: string, body: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?><${action}Response xmlns="${NAMESPACE}"><requestId>proxy</requestId>${body}</${action}Response>`;

const fault = (code: string, message: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?><Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors><RequestID>proxy</RequestID></Response>`;

/** STS, IAM and Route 53 speak another dialect. */
const otherFault = (code: string, message: string): string =>
  `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>proxy</RequestId></ErrorResponse>`;

/** What EC2 says to an account that never touched these features; moto does not know them. */
const UNTOUCHED: Readonly<Record<string, string>> = {
  DescribeVpcBlockPublicAccessOptions:
    '<vpcBlockPublicAccessOptions><awsAccountId>123456789012</awsAccountId><awsRegion>eu-central-1</awsRegion><state>default-state</state><internetGatewayBlockMode>off</internetGatewayBlockMode></vpcBlockPublicAccessOptions>',
  DescribeVpcBlockPublicAccessExclusions: '<vpcBlockPublicAccessExclusionSet/>',
  GetAllowedImagesSettings: '<state>disabled</state><managedBy>account</managedBy>',
  DescribeSecurityGroupVpcAssociations: '<securityGroupVpcAssociationSet/>',
};

/** The same of Route 53 Resolver. */
const UNTOUCHED_JSON: Readonly<Record<string, object>> = {
  ListFirewallRuleGroupAssociations: { FirewallRuleGroupAssociations: [] },
  ListFirewallDomainLists: { FirewallDomainLists: [] },
};

/** Services that are asked by path: what their calls are called. */
const BY_PATH: readonly (readonly [RegExp, string])[] = [[/^\/2013-04-01\/hostedzonesbyvpc/, 'ListHostedZonesByVPC']];

const OTHER_DIALECT: ReadonlySet<string> = new Set(['AssumeRole', 'ListHostedZonesByVPC', 'SimulatePrincipalPolicy']);

export interface Ec2Proxy {
  readonly endpoint: string;
  /** Calls by action since the last `reset`. */
  readonly calls: Map<string, number>;
  /** Actions that are refused with this code. */
  readonly refuse: Map<string, string>;
  /** Actions that are throttled this many times before they work. */
  readonly throttle: Map<string, number>;
  /** Actions whose lists come in pages of so many objects; moto never pages. */
  readonly pageSizes: Map<string, number>;
  /** Actions that answer so many milliseconds late. */
  readonly delays: Map<string, number>;
  /** Actions whose answer is changed on its way; `nth` counts the calls from 1. */
  readonly edits: Map<string, (body: string, nth: number) => string | Promise<string>>;
  /** What EC2 says where moto knows nothing; an account that never touched it when there is none. */
  readonly touched: Map<string, string>;
  /** The same of services that speak JSON. */
  readonly touchedJson: Map<string, object>;
  /** Route targets whose routes turn into blackholes, as EC2 shows them after the target is gone; moto never does. */
  readonly blackholes: Set<string>;
  reset(): void;
  stop(): Promise<void>;
}

/** Stands in front of an EC2 emulator: fills what it lacks, counts, and breaks things on purpose. Loopback only. */
export async function startEc2Proxy(target: string): Promise<Ec2Proxy> {
  const calls = new Map<string, number>();
  const refuse = new Map<string, string>();
  const throttle = new Map<string, number>();
  const blackholes = new Set<string>();
  const touched = new Map<string, string>();
  const touchedJson = new Map<string, object>();
  const pageSizes = new Map<string, number>();
  const delays = new Map<string, number>();
  const edits = new Map<string, (body: string, nth: number) => string | Promise<string>>();

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString('utf8');
    // Query services name the action in the body, JSON services in a header.
    const named = String(request.headers['x-amz-target'] ?? '').split('.');
    const byPath = BY_PATH.find(([path]) => path.test(request.url ?? ''))?.[1];
    const action = byPath ?? new URLSearchParams(body).get('Action') ?? named.at(-1) ?? '';
    const nth = (calls.get(action) ?? 0) + 1;
    calls.set(action, nth);
    const delay = delays.get(action) ?? delays.get('*') ?? 0;
    if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay));
    const code = refuse.get(action);
    const refusal = `You are not authorized to perform ${action}.`;
    if (code !== undefined && named.length > 1)
      return send(response, 400, JSON.stringify({ __type: code, message: refusal }), 'application/x-amz-json-1.1');
    if (code !== undefined) return send(response, 403, (OTHER_DIALECT.has(action) ? otherFault : fault)(code, refusal));
    const left = throttle.get(action) ?? 0;
    if (left > 0) {
      throttle.set(action, left - 1);
      return send(response, 503, fault('RequestLimitExceeded', 'Request limit exceeded.'));
    }
    const json = touchedJson.get(action) ?? UNTOUCHED_JSON[action];
    if (json !== undefined) return send(response, 200, JSON.stringify(json), 'application/x-amz-json-1.1');
    const untouched = touched.get(action) ?? UNTOUCHED[action];
    if (untouched !== undefined) return send(response, 200, answer(action, untouched));
    const forwarded = await forward(target, request, body);
    const whole = action === 'DescribeRouteTables' ? withBlackholes(forwarded.body) : forwarded.body;
    const edited = (await edits.get(action)?.(whole, nth)) ?? whole;
    const size = pageSizes.get(action) ?? pageSizes.get('*');
    return send(
      response,
      forwarded.status,
      size === undefined ? edited : onePage(edited, size, Number(new URLSearchParams(body).get('NextToken') ?? 0)),
      forwarded.type,
    );
  }

  function withBlackholes(xml: string): string {
    return xml.replace(/<item>(?:(?!<item>)[\s\S])*?<\/item>/g, (item) =>
      [...blackholes].some((id) => item.includes(id))
        ? item.replace(/<state>active<\/state>/, '<state>blackhole</state>')
        : item,
    );
  }

  const server = await listen((request, response) => {
    handle(request, response).catch((error: unknown) => send(response, 500, String(error), 'text/plain'));
  });
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    refuse,
    throttle,
    blackholes,
    touched,
    touchedJson,
    pageSizes,
    delays,
    edits,
    reset: () => {
      pageSizes.clear();
      touched.clear();
      touchedJson.clear();
      delays.clear();
      edits.clear();
      calls.clear();
      refuse.clear();
      throttle.clear();
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Listed {
  readonly before: string;
  readonly items: readonly string[];
  readonly after: string;
}

/** The objects of the answer's first list; undefined for an answer without one. */
function listIn(xml: string): Listed | undefined {
  const opening = /<(\w+)>\s*<item>/.exec(xml);
  if (!opening?.[1]) return undefined;
  const from = opening.index + opening[1].length + 2;
  const items: string[] = [];
  let depth = 0;
  let begin = from;
  let end = from;
  for (const tag of xml.slice(from).matchAll(/<(\/?)(\w+)(?:\s[^>]*)?(\/?)>/g)) {
    const at = from + tag.index;
    if (tag[2] !== 'item') {
      if (depth === 0) break;
      continue;
    }
    if (tag[3] === '/') continue;
    if (tag[1] === '') {
      if (depth === 0) begin = at;
      depth += 1;
    } else {
      depth -= 1;
      end = at + tag[0].length;
      if (depth === 0) items.push(xml.slice(begin, end));
    }
  }
  return { before: xml.slice(0, from), items, after: xml.slice(end) };
}

/** The answer with each object of its list changed, or left out. */
export function mapItems(xml: string, change: (item: string) => string | undefined): string {
  const list = listIn(xml);
  return list ? `${list.before}${list.items.map((item) => change(item) ?? '').join('')}${list.after}` : xml;
}

/** The objects of the answer's list from `start` on, and the token of the rest. An answer without a list stays as it is. */
function onePage(xml: string, size: number, start: number): string {
  const list = listIn(xml);
  if (!list) return xml;
  const token = start + size < list.items.length ? `<nextToken>${start + size}</nextToken>` : '';
  const page = list.before + list.items.slice(start, start + size).join('') + list.after;
  return page
    .replace(/<nextToken>[^<]*<\/nextToken>|<nextToken\s*\/>/, '')
    .replace(/(<\/\w+Response>\s*)$/, `${token}$1`);
}

/** The request as it came: the signature is of the host that the client called. */
function forward(
  target: string,
  { method, url, headers }: IncomingMessage,
  body: string,
): Promise<{ readonly status: number; readonly body: string; readonly type: string }> {
  return new Promise((resolve, reject) => {
    const out = httpRequest(new URL(url ?? '/', target), { method, headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () =>
        resolve({
          status: answer.statusCode ?? 500,
          body: Buffer.concat(chunks).toString('utf8'),
          type: answer.headers['content-type'] ?? 'text/xml',
        }),
      );
    });
    out.on('error', reject);
    out.end(body);
  });
}

function send(response: ServerResponse, status: number, body: string, type = 'text/xml;charset=UTF-8'): void {
  response.writeHead(status, { 'content-type': type });
  response.end(body);
}

function listen(handler: (request: IncomingMessage, response: ServerResponse) => void): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer(handler);
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}
