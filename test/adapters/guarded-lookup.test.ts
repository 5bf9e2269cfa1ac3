import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { guardedLookup, isOnInternet, literalAddress, type Resolve } from '../../shared/adapters/guarded-lookup.ts';
import { httpSender } from '../../shared/adapters/http-sender.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';
import { brokenAlert } from '../support/sample-alerts.ts';

/** A resolver that gives one list of addresses after the other, and counts how often it was asked. */
function resolver(...answers: readonly (readonly string[])[]): {
  readonly resolve: Resolve;
  readonly asked: () => number;
} {
  let asked = 0;
  return {
    asked: () => asked,
    resolve: (_, __, callback) => {
      const addresses = answers[Math.min(asked, answers.length - 1)] ?? [];
      asked += 1;
      callback(
        null,
        addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
      );
    },
  };
}

const post = (
  url: string,
  { allowHosts = [] as string[], resolve }: { allowHosts?: string[]; resolve?: Resolve } = {},
) =>
  httpSender({ budget: 5_000, allowHosts, wait: async () => {}, ...(resolve ? { resolve } : {}) })(
    'ops',
    brokenAlert(),
  ).post({ url, body: '{}' });

const REFUSED =
  /^the URL of outlet `ops` leads to an address that is not on the Internet; name the host `[^/`]+` in `allowHosts` if that is meant$/;

describe('addresses that are not on the Internet', () => {
  it.each([
    '127.0.0.1',
    '127.8.8.8',
    '0.0.0.0',
    '10.0.0.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '100.64.0.1',
    '169.254.169.254',
    '169.254.170.2',
    '198.18.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::1',
    '::',
    'fe80::1',
    'fc00::1',
    'fd00:ec2::254',
    'ff02::1',
    '::ffff:127.0.0.1',
    '::ffff:a9fe:a9fe',
    '::127.0.0.1',
    '64:ff9b::a9fe:a9fe',
    '64:ff9b:1::a00:1',
    '2002:a9fe:a9fe::1',
    '2001:0:a9fe:a9fe::1',
    '2001:db8::1',
    'fe80::1%eth0',
    'example.com',
    '',
  ])('%s', (address) => {
    expect(isOnInternet(address)).toBe(false);
  });

  it.each(['1.1.1.1', '172.32.0.1', '169.253.255.255', '52.94.76.1', '2606:4700::1111', '2a05:d014::1'])(
    'are not such as %s',
    (address) => {
      expect(isOnInternet(address)).toBe(true);
    },
  );
});

describe('a URL into the private network', () => {
  it.each([
    'https://127.0.0.1/hook',
    'https://127.1/hook',
    'https://2130706433/hook',
    'https://0x7f000001/hook',
    'https://0x7f.0.0.1/hook',
    'https://0177.0.0.1/hook',
    'https://017700000001/hook',
    'https://[::1]/hook',
    'https://[::ffff:127.0.0.1]/hook',
    'https://[::ffff:7f00:1]/hook',
    'https://[0:0:0:0:0:ffff:a9fe:a9fe]/hook',
    'https://169.254.169.254/latest/meta-data/',
    'https://[fd00:ec2::254]/latest/meta-data/',
    'https://10.0.0.1:8443/hook',
    'https://①②⑦.0.0.1/hook',
    'https://user:hidden@127.0.0.1/hook',
    'https://localhost/hook',
    'https://LOCALHOST/hook',
  ])('is refused: %s', async (url) => {
    await expect(post(url)).rejects.toMatchObject({ fault: 'bad-input', message: expect.stringMatching(REFUSED) });
    await expect(post(url)).rejects.not.toThrow(/hook|latest|hidden/);
  });

  it.each([[['10.0.0.1']], [['1.1.1.1', '10.0.0.1']], [['2606:4700::1111', '::ffff:10.0.0.1']], [['fd00:ec2::254']]])(
    'is refused when its name resolves to %j',
    async (addresses) => {
      await expect(post('https://hooks.example.com/x', resolver(addresses))).rejects.toMatchObject({
        fault: 'bad-input',
        message: expect.stringMatching(REFUSED),
      });
    },
  );

  it.each(['http://hooks.example.com/x', 'ftp://hooks.example.com/x', 'file:///etc/passwd', 'not a url'])(
    'is refused when it is no HTTPS: %s',
    async (url) => {
      await expect(post(url)).rejects.toMatchObject({ fault: 'bad-input' });
      await expect(post(url)).rejects.not.toThrow(/passwd/);
    },
  );
});

describe('a name that changes its address', () => {
  let receiver: Receiver;
  let port: string;

  beforeAll(async () => {
    receiver = await startReceiver({ tls: true });
    ({ port } = new URL(receiver.url));
  });

  afterAll(() => receiver.stop());

  it.each([
    [{ all: true }, [null, [{ address: '1.1.1.1', family: 4 }]]],
    [{}, [null, '1.1.1.1', 4]],
    [{ family: 4 }, [null, '1.1.1.1', 4]],
  ] as const)('is asked for once, and a socket gets the answer that was checked (%j)', async (options, expected) => {
    const { resolve, asked } = resolver(['1.1.1.1'], ['127.0.0.1']);

    const answer = await new Promise((done) => {
      guardedLookup(resolve)('rebind.example.com', options, (...given) => done(given));
    });

    expect(answer).toEqual(expected);
    expect(asked()).toBe(1);
  });

  it('is checked again for each attempt', async () => {
    let asked = 0;
    const { resolve } = resolver(['127.0.0.1']);

    const delivery = post(`https://rebind.example.com:${port}/x`, {
      resolve: (hostname, options, callback) => {
        asked += 1;
        if (asked === 1) callback(Object.assign(new Error('try again'), { code: 'EAI_AGAIN' }), []);
        else resolve(hostname, options, callback);
      },
    });

    await expect(delivery).rejects.toMatchObject({ fault: 'bad-input' });
    expect(asked).toBe(2);
    expect(receiver.requests()).toBe(0);
  });

  it('is refused the moment it turns inwards', async () => {
    await expect(post(`https://rebind.example.com:${port}/x`, resolver(['127.0.0.1']))).rejects.toMatchObject({
      fault: 'bad-input',
    });
    expect(receiver.requests()).toBe(0);
  });
});

describe('a host that is allowed by name', () => {
  it('may be private and without TLS; others may not', async () => {
    const receiver = await startReceiver();
    const url = receiver.url.replace('127.0.0.1', 'localhost');

    expect(await post(url, { allowHosts: ['localhost'] })).toBe('taken');
    await expect(post(receiver.url, { allowHosts: ['localhost'] })).rejects.toMatchObject({ fault: 'bad-input' });
    await receiver.stop();
  });
});

describe('the host of a URL', () => {
  it.each([
    ['https://0x7f.1/', '127.0.0.1'],
    ['https://[::ffff:127.0.0.1]/', '::ffff:7f00:1'],
    ['https://example.com/', undefined],
  ])('%s is the address %s', (url, address) => {
    expect(literalAddress(new URL(url))).toBe(address);
  });
});
