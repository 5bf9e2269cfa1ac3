import type { Catalogue, DeploymentOption, Requirement } from '../requirement.ts';

const DOCUMENT = 'https://www.gitpod.io/docs/flex/runners/aws/aws-infrastructure-prerequisites';

const EVERY_OPTION: readonly DeploymentOption[] = ['default-vpc', 'public-subnet', 'private-nat', 'private-tgw'];

const quote = (line: number, text: string): Requirement['source'][number] => ({
  document: DOCUMENT,
  line,
  quote: text,
});

/** The page carries no date; it is of the first half of 2025. Lines are those of the kept copy. */
export const gitpodAws2025: Catalogue = {
  id: 'gitpod-aws-2025',
  title: 'Gitpod runner on AWS: infrastructure prerequisites',
  document: DOCUMENT,
  retrieved: '2025-07-03',
  requirements: [
    {
      id: 'subnet-outbound-path',
      title: 'Every chosen subnet has a working way out',
      severity: 'required',
      applies: EVERY_OPTION,
      source: [quote(22, 'Your subnets must have outbound access to these endpoints:')],
      check: { kind: 'outbound-path' },
    },
    {
      id: 'egress-management-plane-443',
      title: 'Management plane over HTTPS',
      severity: 'required',
      applies: EVERY_OPTION,
      source: [
        quote(25, 'app.gitpod.io | Gitpod Service (management plane) | HTTPS | 443 | Outbound |'),
        quote(69, 'Allow HTTPS (443) to'),
        quote(70, 'app.gitpod.io'),
      ],
      check: { kind: 'egress', to: { kind: 'name', name: 'app.gitpod.io' }, protocol: 'tcp', port: 443 },
    },
    {
      id: 'egress-gateway-8443',
      title: 'Gateway over HTTPS on 8443',
      severity: 'required',
      applies: EVERY_OPTION,
      source: [
        quote(26, '*.us01.gitpod.dev | Gitpod Service (gateway) | HTTPS | 8443 | Outbound |'),
        quote(71, 'Allow HTTPS (8443) to'),
        quote(72, '*.us01.gitpod.dev'),
      ],
      check: {
        kind: 'egress',
        to: { kind: 'name', name: '*.us01.gitpod.dev', answers: 'gatewayAddresses' },
        protocol: 'tcp',
        port: 8443,
      },
    },
    {
      id: 'egress-gateway-udp-4242-pinned',
      title: 'Gateway tunnel: UDP 4242 to the pinned address',
      severity: 'required',
      applies: EVERY_OPTION,
      source: [quote(27, '35.171.240.32 | Gitpod Service (gateway) | UDP | 4242 | Outbound |')],
      check: { kind: 'egress', to: { kind: 'cidrs', cidrs: ['35.171.240.32/32'] }, protocol: 'udp', port: 4242 },
    },
    {
      id: 'ingress-environment-ssh-29222',
      title: 'Users reach environments over SSH on 29222',
      severity: 'required',
      applies: EVERY_OPTION,
      source: [
        quote(35, 'Clients connect to Environments on port 29222 (SSH)'),
        quote(66, 'Allow port 29222 for user access to environments'),
      ],
      check: { kind: 'ingress-from-users', protocol: 'tcp', port: 29222 },
    },
    {
      id: 'ingress-environment-runner-22999',
      title: 'Runner reaches environments on 22999',
      severity: 'required',
      applies: EVERY_OPTION,
      source: [
        quote(34, 'Gitpod Runner connects to environments on port 22999 (HTTP)'),
        quote(67, 'Allow internal VPC traffic on port 22999 for runner communication'),
      ],
      check: { kind: 'ingress-from-runner', protocol: 'tcp', port: 22999 },
    },
  ],
};
