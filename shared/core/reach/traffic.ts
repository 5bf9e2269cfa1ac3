import type { Box } from '../net/box.ts';
import type { AddressSet } from '../net/interval-set.ts';
import type { Family } from '../net/ip.ts';
import type { PortRange } from '../net/protocol.ts';
import { type Source, withReply } from './ends.ts';
import type { Engine } from './engine.ts';
import { type Flow, replyPorts, type Target } from './flow.ts';
import { HANDLERS } from './hops/handlers.ts';
import type { Ledger } from './ledger.ts';
import type { Walk } from './walk-context.ts';

/** What is asked: every packet from the sources to `dst`. */
export interface Traffic {
  readonly sources: readonly Source[];
  readonly dst: AddressSet;
  readonly target?: Target | undefined;
  readonly family: Family;
  readonly protocol: number;
  readonly ports: PortRange;
  /** Ports that the client's system uses; see `ReplyPorts` for what it means when nobody says. */
  readonly clientPorts?: PortRange | undefined;
  readonly assumeFarHalf?: boolean;
  /** Only the way out is judged. */
  readonly forwardOnly?: boolean;
  /** Groups and network ACLs are left aside: only routes and gateways count. */
  readonly routesOnly?: boolean;
  /** Routes and gateways are left aside: only the filters at the target count. */
  readonly filtersOnly?: boolean;
  readonly tracing?: boolean;
}

export interface Evaluation {
  readonly ledger: Ledger;
  readonly asked: readonly Box[];
}

export const walkOf = (engine: Engine, traffic: Traffic, ledger: Ledger): Walk => ({
  model: engine.model,
  memo: engine.memo,
  ledger,
  target: traffic.target,
  handlers: HANDLERS,
  assumeFarHalf: traffic.assumeFarHalf ?? false,
  forwardOnly: traffic.forwardOnly ?? traffic.filtersOnly ?? false,
  routesOnly: traffic.routesOnly ?? false,
  filtersOnly: traffic.filtersOnly ?? false,
  noticed: { sender: false },
});

export const flowOf = (source: Source, traffic: Traffic): Flow => ({
  family: traffic.family,
  protocol: traffic.protocol,
  ports: traffic.ports,
  partly: 'fails',
  src: source.addresses,
  dst: traffic.dst,
  asked: (src, dst) => ({ src, dst }),
  askedPorts: traffic.ports,
  leg: 'forward',
  sender: source.sender,
  identityLost: false,
  crossings: [],
  isForwarded: false,
  byReference: undefined,
  home: withReply(source.home, replyPorts(traffic.protocol, traffic.ports, traffic.clientPorts)),
  trail: undefined,
});
