import { EC2Client } from '@aws-sdk/client-ec2';
import { prefixListHeartbeat } from '../../shared/adapters/prefix-list-heartbeat.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import type { Clock, Heartbeat } from '../../shared/ports.ts';
import { need } from './environment.ts';

export interface HeartbeatWiring {
  readonly heartbeat: Heartbeat;
  readonly clock: Clock;
}

export const wireHeartbeat = (): HeartbeatWiring => ({
  heartbeat: prefixListHeartbeat(new EC2Client({}), need('HEARTBEAT_LIST_ID')),
  clock: systemClock,
});
