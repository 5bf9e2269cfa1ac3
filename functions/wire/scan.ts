import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { awsFacts } from '../../shared/adapters/aws-facts.ts';
import { dynamoState } from '../../shared/adapters/dynamo-state.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import type { ScanPorts } from '../../shared/app/run-scan.ts';
import type { WatchedNetwork } from '../../shared/core/requirements/watch-file.ts';
import { need } from './environment.ts';
import { watchedNetworks } from './networks.ts';

export interface ScanWiring {
  readonly ports: ScanPorts;
  readonly networks: readonly WatchedNetwork[];
}

export const wireScan = (): ScanWiring => ({
  ports: {
    store: dynamoState({ client: new DynamoDBClient({}), table: need('STATE_TABLE') }),
    facts: awsFacts({ clock: systemClock }),
    clock: systemClock,
  },
  networks: watchedNetworks(),
});
