import type { ImageNeed } from '../requirement.ts';
import { type Advised, type Adviser, fix } from './advised.ts';

const needOf = ({ check }: Advised): ImageNeed | undefined =>
  check.kind === 'image' || check.kind === 'allow-list' ? check.need : undefined;

/** The call replaces all criteria, so those of today are in it; without them all it is not given. */
export const adviseCriteria: Adviser = (_reason, about) => {
  const owner = needOf(about)?.owner ?? 'the owner';
  const settings = about.model.all('allowedImagesSettings')[0];
  const kept = (settings?.criteria ?? []).filter(
    ({ providers, others }) =>
      !(about.check.kind === 'allow-list' && others.length === 0 && providers?.includes(owner)),
  );
  const criteria = [
    ...kept.map(({ providers, names }) => ({
      ...(providers ? { ImageProviders: providers } : {}),
      ...(names ? { ImageNames: names } : {}),
    })),
    { ImageProviders: [owner] },
  ];
  return fix(
    `in EC2, Settings, Allowed AMIs, add a criterion with image provider ${owner} and nothing else`,
    about,
    kept.some(({ others }) => others.length > 0)
      ? undefined
      : `ec2 replace-image-criteria-in-allowed-images-settings --image-criteria '${JSON.stringify(criteria)}'`,
  );
};

/** Something that AWS does not have here; what it is follows from the check. */
export const adviseAbsence: Adviser = ({ component }, about) => {
  const { region } = about.network;
  const need = needOf(about);
  switch (about.check.kind) {
    case 'services':
      return fix(`deploy the runner in a Region that has \`${component}\``, about);
    case 'region':
      return about.model.find('region', region).is === 'absent'
        ? fix('correct the Region in the watch file (`region`)', about)
        : {
            title: `enable the Region ${region} for the account`,
            command: `aws account enable-region --region-name ${region}`,
          };
    case 'image':
      return fix(
        need?.owner === 'amazon'
          ? `deploy the runner in a Region that has this image; this lists what ${region} has`
          : `ask account ${need?.owner} whether it shares the image in ${region}; this lists what it shares`,
        about,
        `ec2 describe-images --owners ${need?.owner} --filters 'Name=name,Values=${need?.name}'`,
      );
    case 'subnet-sizes':
      return fix(
        `plan fewer environments in \`${component}\` (\`capacityPlan\`), free addresses there, or add a subnet: the size of a subnet cannot be changed`,
        about,
      );
    default:
      return fix(`check \`${component}\` and what leads to it`, about);
  }
};

/** The watch file and the network say different things. */
export const adviseAgreement: Adviser = ({ component }, about) => {
  const isGone = component.startsWith('subnet-') && about.model.find('subnet', component).is === 'absent';
  switch (isGone ? undefined : about.check.kind) {
    case 'zones':
      return fix('name subnets of more Availability Zones in the watch file', about);
    case 'same-owner':
      return fix(
        `name subnets of VPC \`${about.network.vpcId}\` and of its account only, or record the exception (\`waivers\`)`,
        about,
      );
    case 'planned-subnets':
      return fix(
        `make \`capacityPlan\` and \`environmentSubnetIds\` of the watch file agree about \`${component}\``,
        about,
      );
    default:
      return fix(`make \`${component}\` again, or name what replaced it in the watch file`, about);
  }
};
