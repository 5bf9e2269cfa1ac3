import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import { httpSender } from '../../shared/adapters/http-sender.ts';
import { OUTLET_KINDS, type OutletKind } from '../../shared/adapters/notifiers.ts';
import { type Outlet, outletSchema } from '../../shared/adapters/outlet.ts';
import { outletSecret } from '../../shared/adapters/outlet-secret.ts';
import type { Notifier } from '../../shared/ports.ts';
import { need } from './environment.ts';

/** Less than the function's timeout, so that a slow outlet ends in another delivery and not in a killed function; milliseconds. */
const BUDGET = 40_000;

/** Secrets and buses may be in another Region than the function; their ARN says in which. */
const inRegionOf = (arn: string): { readonly region: string } => ({ region: arn.split(':')[3] ?? '' });

export function makeOutlet({ id, kind, secretArn = '', eventBusArn = '', allowHosts }: Outlet): Notifier {
  const { make }: OutletKind = OUTLET_KINDS[kind];
  return make({
    name: id,
    http: httpSender({ budget: BUDGET, allowHosts }),
    secret: outletSecret(
      {
        secretsManager: () => new SecretsManagerClient(inRegionOf(secretArn)),
        ssm: () => new SSMClient(inRegionOf(secretArn)),
      },
      secretArn,
    ),
    eventBus: () => ({ client: new EventBridgeClient(inRegionOf(eventBusArn)), eventBusArn }),
  });
}

/** The row of the outlets file that the template gave to this function. */
export const wireOutlet = (): Notifier => makeOutlet(outletSchema.parse(JSON.parse(need('OUTLET'))));
