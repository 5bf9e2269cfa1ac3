import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const NAMESPACE = 'http://ec2.amazonaws.com/doc/2016-11-15/';

const refusal = (action: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?><Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>not authorized to perform ${action}</Message></Error></Errors><RequestID>stub</RequestID></Response>`;

export interface Ec2Stub {
  readonly endpoint: string;
  /** Action → body of its answer; every other action is refused. */
  readonly answers: Map<string, string>;
  stop(): Promise<void>;
}

/** An EC2 that answers what it is told to and refuses the rest, so that live commands can be run without an emulator. Loopback only. */
export async function startEc2Stub(): Promise<Ec2Stub> {
  const answers = new Map<string, string>();
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const action = new URLSearchParams(body).get('Action') ?? '';
    const answer = answers.get(action);
    response.writeHead(answer === undefined ? 403 : 200, { 'content-type': 'text/xml' });
    response.end(
      answer === undefined
        ? refusal(action)
        : `<?xml version="1.0" encoding="UTF-8"?><${action}Response xmlns="${NAMESPACE}"><requestId>stub</requestId>${answer}</${action}Response>`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answers,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
