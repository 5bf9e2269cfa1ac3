import * as z from 'zod';
import { WatcherError } from '../base/watcher-error.ts';
import { type Cidr, parseCidr } from '../net/cidr.ts';
import type { Family } from '../net/ip.ts';
import { parseAddress } from '../net/ip.ts';
import type { PortRange } from '../net/protocol.ts';
import { PROTOCOLS, parseProtocol } from '../net/protocol.ts';
import { icmpPorts } from './flow.ts';

const port = z.number().int().min(0).max(65535);
const range = z.tuple([port, port]).refine(([from, to]) => from <= to, 'expected the lower port first');
const cidr = z.string().refine((text) => parseCidr(text) !== undefined, 'expected a CIDR block such as 10.0.0.0/16');
const address = z.string().refine((text) => parseAddress(text) !== undefined, 'expected an IP address');
const eni = z.strictObject({ eni: z.string(), privateIp: address.optional() });
const workload = z.strictObject({
  subnet: z.string(),
  securityGroups: z.array(z.string()),
  publicIp: z.boolean().optional(),
});
const internet = z.strictObject({ internet: z.literal(true) });
const block = z.strictObject({ cidr });

const from = z.union([eni, workload, z.strictObject({ vpc: z.string() }), internet, block]);
const to = z.union([
  internet,
  block,
  eni,
  workload,
  z.strictObject({ awsService: z.string().min(1), region: z.string().optional() }),
  z.strictObject({ fqdn: z.string().min(1) }),
  z.strictObject({ resolver: z.literal(true) }),
]);

const questionSchema = z
  .strictObject({
    id: z.string(),
    from,
    to,
    protocol: z.union([z.enum(['tcp', 'udp', 'icmp', 'icmpv6']), z.number().int().min(0).max(255)]),
    port: z.union([port, range]).optional(),
    icmp: z
      .strictObject({ type: z.number().int().min(-1).max(255), code: z.number().int().min(-1).max(255) })
      .optional(),
    family: z.enum(['ipv4', 'ipv6']).default('ipv4'),
    quantifier: z.enum(['all', 'some']).default('all'),
    clientEphemeralPorts: range.optional(),
  })
  .superRefine((question, context) => {
    const protocol = protocolNumber(question.protocol, question.family);
    const ported = protocol === PROTOCOLS.tcp || protocol === PROTOCOLS.udp;
    if (ported && question.port === undefined)
      context.addIssue({ code: 'custom', path: ['port'], message: 'TCP and UDP need a port' });
    if (!ported && question.port !== undefined)
      context.addIssue({ code: 'custom', path: ['port'], message: 'this protocol has no ports' });
    const icmp = protocol === PROTOCOLS.icmp || protocol === PROTOCOLS.icmpv6;
    if (!icmp && question.icmp !== undefined)
      context.addIssue({ code: 'custom', path: ['icmp'], message: 'only for protocol icmp' });
  });

function protocolNumber(protocol: string | number, family: Family): number {
  if (typeof protocol === 'number') return protocol;
  if (protocol === 'icmp' && family === 'ipv6') return PROTOCOLS.icmpv6;
  return parseProtocol(protocol) ?? 0;
}

export type From = z.infer<typeof from>;
export type To = z.infer<typeof to>;

/** formats.md section 2, with protocol and ports resolved. */
export interface Question {
  readonly id: string;
  readonly from: From;
  readonly to: To;
  /** IANA number. */
  readonly protocol: number;
  /** Destination ports; ICMP type and code as in `icmpPorts`; everything for other protocols. */
  readonly ports: PortRange;
  readonly family: Family;
  readonly quantifier: 'all' | 'some';
  readonly clientEphemeralPorts: PortRange | undefined;
}

const toRange = (ports: number | readonly [number, number]): PortRange =>
  typeof ports === 'number' ? { from: ports, to: ports } : { from: ports[0], to: ports[1] };

/** `lineNumber` counts from 1. Throws `bad-input` naming the question and the field. */
export function parseQuestion(raw: unknown, lineNumber: number): Question {
  const parsed = questionSchema.safeParse(raw);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const path = issue?.path.join('.') ?? '';
    throw new WatcherError(
      'bad-input',
      `question ${lineNumber}: ${path ? `\`${path}\`: ` : ''}${lowerFirst(issue?.message ?? 'not a question')}`,
    );
  }
  const { data } = parsed;
  const protocol = protocolNumber(data.protocol, data.family);
  return {
    id: data.id,
    from: data.from,
    to: data.to,
    protocol,
    ports: data.port !== undefined ? toRange(data.port) : icmpPorts(data.icmp?.type ?? -1, data.icmp?.code ?? -1),
    family: data.family,
    quantifier: data.quantifier,
    clientEphemeralPorts: data.clientEphemeralPorts && toRange(data.clientEphemeralPorts),
  };
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

/** Parsed already by the schema. */
export function cidrOf(text: string): Cidr {
  const parsed = parseCidr(text);
  if (!parsed) throw new WatcherError('bad-input', `\`${text}\` is not a CIDR block`);
  return parsed;
}
