import type { Runner } from './runners.ts';
import { idsInStacks } from './runners.ts';
import { type Chosen, chooseOnce } from './said.ts';
import type { Scene } from './scene.ts';
import type { Sighting } from './sightings.ts';
import { type Way, wayOutOf } from './way-out.ts';
import { inWords, several } from './words.ts';

/** Of subnets for other things; a stack that makes subnets itself makes those of other things too. */
const OTHER_NAME = /public|load.?balancer|(?:^|[^a-z])[an]?lb(?:[^a-z]|$)|database|firewall/i;

/** Where environments are now, and where they may come to be. */
export function environmentSubnets(
  scene: Scene,
  runner: Runner | undefined,
  sightings: readonly Sighting[],
): readonly Chosen[] {
  const isHere = (id: string): boolean =>
    scene.subnets.length === 0 || scene.subnets.some((subnet) => subnet.id === id);
  const seen = [...new Set(sightings.map(({ subnetId }) => subnetId))].map((id) => ({
    id,
    why: `${several(sightings.filter(({ subnetId }) => subnetId === id).length, 'environment')} here now`,
    guess: false,
  }));
  const named = idsInStacks(runner?.stacks ?? [], 'subnet')
    .filter(({ name, isResource }) => !isResource && !OTHER_NAME.test(inWords(name)))
    .map(({ id, where }) => ({ id, why: `${where}; that environments are placed here is not said`, guess: true }));
  const tasks = (runner?.services ?? []).flatMap((service) =>
    service.subnetIds.map((id) => ({
      id,
      why: 'runner tasks are placed here, and the vendor uses the same subnets for environments',
      guess: true,
    })),
  );
  const chosen = chooseOnce([...seen, ...named, ...tasks].filter(({ id }) => isHere(id)));
  return chosen.length > 0 ? chosen : subnetsByWayOut(scene);
}

const PRIVATE_WAYS: readonly Way[] = ['NAT gateway', 'transit gateway', 'something else'];

/** Nothing says where environments are: the private subnets with a way out, else the public ones, else all. */
function subnetsByWayOut({ model, subnets }: Scene): readonly Chosen[] {
  const ways = subnets.map((subnet) => ({ id: subnet.id, way: wayOutOf(model, subnet).way }));
  const pick = (wanted: readonly Way[], why: string) =>
    ways.filter(({ way }) => wanted.includes(way)).map(({ id }) => ({ id, why, guess: true }));
  const inPrivate = pick(
    PRIVATE_WAYS,
    'private, with a way to the Internet; nothing says where environments are placed',
  );
  if (inPrivate.length > 0) return inPrivate;
  const inPublic = pick(['internet gateway'], 'public; nothing says where environments are placed');
  if (inPublic.length > 0) return inPublic;
  return ways.map(({ id }) => ({
    id,
    why: 'no subnet of the VPC shows a way to the Internet, so every one is listed',
    guess: true,
  }));
}
