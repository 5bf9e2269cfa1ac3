import { ECS_SERVICE_ARN } from '../facts/kinds/ecs-service.ts';

/** Prefixes of the ids of EC2 objects (operations of client-ec2 3.1169.0, read 2026-11-25). */
const PREFIXES = [
  'vpc',
  'subnet',
  'rtb',
  'rtbassoc',
  'igw',
  'eigw',
  'nat',
  'eipalloc',
  'eipassoc',
  'sg',
  'sgr',
  'acl',
  'aclassoc',
  'vpce',
  'vpce-svc',
  'pl',
  'pcx',
  'tgw',
  'tgw-attach',
  'tgw-rtb',
  'vgw',
  'vpn',
  'cgw',
  'dopt',
  'eni',
  'fl',
  'vpcbpa-exclude',
  'lgw',
  'cagw',
  'lt',
] as const;

/** 8 hex digits are the old form, 17 the new one. A name that only ends like an id (`my-sg-0a1b2c3d`) is none. */
const EC2_ID = `(?<![\\w-])(?:${PREFIXES.join('|')})-[0-9a-f]{8,17}\\b`;

const OBJECT_ID = new RegExp(`${EC2_ID}|${ECS_SERVICE_ARN}`, 'g');

/** Every id once, in the order of the text. */
export const objectIdsIn = (text: string): readonly string[] => [...new Set(text.match(OBJECT_ID) ?? [])];

/** `sg` of `sg-0a1`. */
export const prefixOf = (id: string): string => id.slice(0, id.lastIndexOf('-'));
