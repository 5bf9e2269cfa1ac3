import { actionOf, type Collect, type Kind } from '../shared/core/facts/kinds/kind.ts';
import { KINDS, type ResourceKind } from '../shared/core/facts/kinds/registry.ts';
import { operationsThatChange } from '../shared/core/facts/operations.ts';

export const KINDS_DOCUMENT = 'docs/kinds.md';

const OPTIONAL_KEYS = (kinds: readonly Kind<{ readonly id: string }>[]): string =>
  kinds
    .filter(({ optional }) => optional)
    .map(({ member }) => `\`${member}\``)
    .join(', ');

const HOW: Readonly<Record<Collect['by'], string>> = {
  vpc: 'of the VPCs that matter, by filter',
  group: 'of their security groups, by filter',
  all: 'of the account and Region',
  each: 'one call for each that is referred to',
  given: 'by whoever makes the bundle',
};

const code = (words: readonly string[]): string =>
  words.length === 0 ? '–' : words.map((word) => `\`${word}\``).join(', ');

function section(name: ResourceKind): string {
  const kind: Kind<{ readonly id: string }> = KINDS[name];
  const action = actionOf(kind);
  const { cloudFormation, terraform } = kind.types;
  return [
    `## \`${kind.member}\``,
    '',
    `- Read by: ${action === undefined ? 'no call of AWS' : `\`${kind.operation}\``}, ${HOW[kind.collect.by]}`,
    `- IAM action: ${action === undefined ? '–' : `\`${action}\``}`,
    ...(kind.optional ? ['- Optional: a bundle may do without it'] : []),
    `- CloudFormation: ${code(cloudFormation)}`,
    `- Terraform: ${code(terraform)}`,
    `- Changed by: ${code(operationsThatChange([name]))}`,
  ].join('\n');
}

/** What is read of AWS, as a document: made from the kinds table. */
export function kindsMarkdown(): string {
  const kinds = Object.values<Kind<{ readonly id: string }>>(KINDS);
  return `# What is read

Made from \`shared/core/facts/kinds\` by \`npm run generate\`; a test fails when it is not up to date. Each section is a key of the bundle. The scanner's
role has the IAM actions below and no other for reading networks.

A key that is missing was not collected, an empty list says that there is nothing. A bundle may do without
${OPTIONAL_KEYS(kinds)}.

Those of the Route 53 Resolver, its DNS Firewall and private hosted zones tell who answers for a name. Without them they are assumed absent, as the answers say. With
them a name that a rule forwards elsewhere, or that a private zone answers for, is unknown; one that DNS Firewall blocks fails; a refused call leaves every name unknown.
\`Firewalls\` and \`FirewallEndpoints\` name the AWS Network Firewall that a way leads through, which stays unknown. \`EcsServices\` has the service that the watch file names
(\`runnerServiceArn\`), \`RoleSimulations\` what its \`deploymentRoleArn\` may do; each is read only when the watch file names one. A null says that there is no such object.

${(Object.keys(KINDS) as ResourceKind[]).map(section).join('\n\n')}
`;
}
