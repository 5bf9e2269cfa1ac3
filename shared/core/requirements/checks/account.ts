import type { AllowedImagesSettings, ImageCriterion } from '../../facts/kinds/allowed-images-settings.ts';
import type { Image } from '../../facts/kinds/image.ts';
import { KINDS } from '../../facts/kinds/registry.ts';
import type { Answer } from '../../reach/answer.ts';
import { patternsMeet } from '../endpoint-policy.ts';
import type { Check, ImageNeed } from '../requirement.ts';
import { isExpired } from '../waivers.ts';
import {
  type Case,
  failBecause,
  inputMissing,
  notSeen,
  PASSED,
  type SubjectAnswer,
  unknownBecause,
  unseen,
  type WholeKind,
} from './judgement.ts';

/** Of a kind that is known not to be there to judge. */
const notRead = (engine: Case['engine'], kind: WholeKind): Answer =>
  unseen(engine, kind) ?? notSeen(kind, KINDS[kind].operation, `${KINDS[kind].operation} answered nothing`);

/** Service codes must be on the list that AWS publishes for the Region. */
export function checkServices({ engine, network }: Case, codes: readonly string[]): readonly SubjectAnswer[] {
  const list = engine.model.all('regionServices')[0];
  return codes.map((code): SubjectAnswer => {
    const missing = failBecause(
      'NO_POSSIBLE_DESTINATION',
      code,
      `AWS does not offer the service \`${code}\` in ${network.region}`,
    );
    return {
      subject: code,
      answer: list ? (list.codes.includes(code) ? PASSED : missing) : notRead(engine, 'regionServices'),
    };
  });
}

export function checkRegion(
  { engine, network }: Case,
  { among }: Extract<Check, { kind: 'region' }>,
): readonly SubjectAnswer[] {
  const seen = engine.model.find('region', network.region);
  const answer = ((): Answer => {
    if (seen.is === 'hidden') return notRead(engine, 'region');
    if (seen.is === 'absent')
      return failBecause('NO_POSSIBLE_DESTINATION', network.region, `the account has no Region ${network.region}`);
    const { optInStatus } = seen.value;
    if (optInStatus === undefined)
      return unknownBecause(
        'X_FACT_UNREADABLE',
        network.region,
        `whether the account has enabled ${network.region} cannot be seen (DescribeRegions does not say \`OptInStatus\`)`,
      );
    if (optInStatus === 'not-opted-in')
      return failBecause(
        'NO_POSSIBLE_DESTINATION',
        network.region,
        `the account has not enabled the Region ${network.region}`,
      );
    return among && !among.includes(network.region)
      ? unknownBecause(
          'X_FACT_UNREADABLE',
          network.region,
          `${network.region} is not on the list of Regions that the catalogue has, which may have grown since: ask the vendor`,
        )
      : PASSED;
  })();
  return [{ subject: network.region, answer }];
}

const matches = (need: ImageNeed, image: Image): boolean =>
  patternsMeet(need.name, image.name) && (need.owner === image.ownerId || need.owner === image.ownerAlias);

/** Whether a criterion lets images of the need through; undefined when it has members that we cannot evaluate. */
function admits(criterion: ImageCriterion, need: ImageNeed, images: readonly Image[]): boolean | undefined {
  const owners = new Set([need.owner, ...images.filter((image) => matches(need, image)).map((image) => image.ownerId)]);
  const byOwner = criterion.providers === undefined || criterion.providers.some((provider) => owners.has(provider));
  const byName = criterion.names === undefined || criterion.names.some((name) => patternsMeet(name, need.name));
  if (!byOwner || !byName) return false;
  return criterion.others.length === 0 ? true : undefined;
}

export function checkImage(
  { engine, network }: Case,
  check: Extract<Check, { kind: 'image' }>,
): readonly SubjectAnswer[] {
  if (check.onlyOnHosts && network.launchType === 'FARGATE') return [];
  const { need } = check;
  return [{ subject: need.name, answer: softened(network.amiRestrictions, judgeImage(engine, need)) }];
}

/** Service control policies and IAM conditions cannot be read here (semantics.md section 8, ruling 20; catalogue A-29). */
function softened(restrictions: string | undefined, answer: Answer): Answer {
  if (answer.verdict !== 'pass' || (restrictions !== 'scp' && restrictions !== 'unknown')) return answer;
  return unknownBecause(
    'X_FACT_UNREADABLE',
    'amiRestrictions',
    `whether policies outside of this account let the image be launched cannot be seen (\`amiRestrictions: ${restrictions}\`)`,
  );
}

/** Members of criteria that are not evaluated. */
const othersOf = ({ criteria }: AllowedImagesSettings): string =>
  [...new Set(criteria.flatMap(({ others }) => others))].sort().join(', ');

function judgeImage(engine: Case['engine'], need: ImageNeed): Answer {
  const settings = engine.model.all('allowedImagesSettings')[0];
  if (!settings) return notRead(engine, 'allowedImagesSettings');
  if (settings.state !== 'enabled') return PASSED;
  const images = engine.model.all('image');
  const verdicts = settings.criteria.map((criterion) => admits(criterion, need, images));
  if (!verdicts.includes(true)) {
    return verdicts.includes(undefined)
      ? unknownBecause(
          'X_NOT_MODELLED',
          'AllowedImagesSettings',
          `whether Allowed AMIs lets \`${need.name}\` through depends on criteria that are not evaluated (${othersOf(settings)})`,
        )
      : failBecause(
          'UNSUPPORTED_COMPONENT',
          'AllowedImagesSettings',
          `Allowed AMIs is enabled and lets no image \`${need.name}\` of owner ${need.owner} be launched`,
        );
  }
  const hidden = unseen(engine, 'image');
  if (hidden) return hidden;
  return images.some((image) => matches(need, image))
    ? PASSED
    : failBecause(
        'NO_POSSIBLE_DESTINATION',
        need.name,
        `EC2 shows no image \`${need.name}\` of owner ${need.owner} in this Region`,
      );
}

/** Allowed by owner, without image names that the next release changes. */
export function checkAllowList({ engine, network }: Case, need: ImageNeed): readonly SubjectAnswer[] {
  const { amiRestrictions } = network;
  if (amiRestrictions === 'scp' || amiRestrictions === 'unknown')
    return [
      {
        subject: need.name,
        answer: unknownBecause(
          'X_FACT_UNREADABLE',
          'amiRestrictions',
          `how policies outside of this account restrict images cannot be seen (\`amiRestrictions: ${amiRestrictions}\`)`,
        ),
      },
    ];
  const settings: AllowedImagesSettings | undefined = engine.model.all('allowedImagesSettings')[0];
  if (!settings) {
    return [{ subject: need.name, answer: notRead(engine, 'allowedImagesSettings') }];
  }
  if (settings.state !== 'enabled') return [];
  const byOwner = settings.criteria.some(
    ({ providers, names, others }) => providers?.includes(need.owner) && names === undefined && others.length === 0,
  );
  return [
    {
      subject: need.name,
      answer: byOwner
        ? PASSED
        : failBecause(
            'UNSUPPORTED_COMPONENT',
            'AllowedImagesSettings',
            `Allowed AMIs admits owner ${need.owner} only with further criteria, which the next image may not meet`,
          ),
    },
  ];
}

export const checkNotRead = (
  { network }: Case,
  { what, call, byHand }: Extract<Check, { kind: 'not-read' }>,
): readonly SubjectAnswer[] => [
  { subject: network.id, answer: unknownBecause('X_NOT_MODELLED', call, `${what} not read; by hand: ${byHand}`) },
];

/** A proxy's exceptions, as Go's and curl's clients read them: without its leading dot an entry covers more, and `*` covers everything. */
export function checkNoProxy(
  { network }: Case,
  { entries }: Extract<Check, { kind: 'no-proxy' }>,
): readonly SubjectAnswer[] {
  const { proxyConfig } = network;
  if (proxyConfig === null) return [];
  if (!proxyConfig)
    return [{ subject: network.id, answer: inputMissing('proxyConfig', 'whether the runner has a proxy') }];
  const said = new Set(proxyConfig.noProxy.split(',').map((entry) => entry.trim().toLowerCase()));
  const lacking = entries.filter((entry) => ![entry, entry.replace(/^\./, ''), '*'].some((one) => said.has(one)));
  const answer =
    lacking.length === 0
      ? PASSED
      : failBecause(
          'UNSUPPORTED_COMPONENT',
          'proxyConfig',
          `the proxy's exceptions lack ${lacking.map((entry) => `\`${entry}\``).join(', ')} (\`proxyConfig.noProxy\`)`,
        );
  return [{ subject: network.id, answer }];
}

/** A person's word, as long as it holds. */
export function checkAttestation({ network, requirementId, at }: Case): readonly SubjectAnswer[] {
  const signed = network.attestations.filter((item) => item.requirement === requirementId);
  const valid = signed.find((item) => !isExpired(item, at));
  const [first] = signed;
  const answer = valid
    ? {
        ...PASSED,
        assumptions: [
          `\`${requirementId}\` is attested by ${valid.by} on ${valid.at.slice(0, 10)}, until ${valid.expires.slice(0, 10)}`,
        ],
      }
    : unknownBecause(
        'X_FACT_UNREADABLE',
        'attestations',
        first
          ? `the attestation of ${first.by} expired on ${first.expires.slice(0, 10)} (\`attestations\` of the watch file)`
          : 'AWS does not show this: somebody has to check it and sign for it (`attestations` of the watch file)',
      );
  return [{ subject: network.id, answer }];
}
