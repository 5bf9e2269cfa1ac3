/** What the demo changes of a bundle; everything else is carried along. */
export interface DemoBundle {
  readonly Meta?: Readonly<Record<string, unknown>>;
  readonly NatGateways: readonly (Readonly<Record<string, unknown>> & { readonly NatGatewayId: string })[];
  readonly RouteTables: readonly (Readonly<Record<string, unknown>> & {
    readonly Routes: readonly Readonly<Record<string, unknown>>[];
  })[];
  readonly [key: string]: unknown;
}

const withRoutes = (
  bundle: DemoBundle,
  natId: string,
  change: (route: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>,
): DemoBundle['RouteTables'] =>
  bundle.RouteTables.map((table) => ({
    ...table,
    Routes: table.Routes.map((route) => (route['NatGatewayId'] === natId ? change(route) : route)),
  }));

/** As EC2 shows it after DeleteNatGateway: the gateway is listed as deleted for a while, its routes stay and are blackholes. */
export const deleteNatGateway = (bundle: DemoBundle, natId: string): DemoBundle => ({
  ...bundle,
  NatGateways: bundle.NatGateways.map((nat) => (nat.NatGatewayId === natId ? { ...nat, State: 'deleted' } : nat)),
  RouteTables: withRoutes(bundle, natId, (route) => ({ ...route, State: 'blackhole' })),
});

/** As after CreateNatGateway in the same subnet and ReplaceRoute. */
export const rebuildNatGateway = (bundle: DemoBundle, lost: string, fresh: string): DemoBundle => ({
  ...bundle,
  NatGateways: bundle.NatGateways.flatMap((nat) =>
    nat.NatGatewayId === lost ? [nat, { ...nat, NatGatewayId: fresh, State: 'available' }] : [nat],
  ),
  RouteTables: withRoutes(bundle, lost, (route) => ({ ...route, NatGatewayId: fresh, State: 'active' })),
});
