import { AGGREGATE_CASES } from './aggregates.ts';
import type { Case, Section } from './case.ts';
import { DEFAULT_VPC_CASES } from './default-vpc.ts';
import { EGRESS_CASES } from './egress.ts';
import { ENDPOINT_CASES } from './endpoints.ts';
import { IMAGE_AND_ACCOUNT_CASES } from './images-and-account.ts';
import { INGRESS_CASES } from './ingress.ts';
import { ROUTE_CASES } from './routes.ts';
import { SERVICE_CASES } from './services.ts';
import { SUBNET_CASES } from './subnets.ts';

export const SECTIONS: readonly Section[] = [
  DEFAULT_VPC_CASES,
  INGRESS_CASES,
  EGRESS_CASES,
  ROUTE_CASES,
  ENDPOINT_CASES,
  SUBNET_CASES,
  IMAGE_AND_ACCOUNT_CASES,
  SERVICE_CASES,
  AGGREGATE_CASES,
];

/** The cases of every requirement, by its id. */
export const CASES: ReadonlyMap<string, readonly Case[]> = new Map(
  SECTIONS.flatMap((section) => Object.entries(section)),
);
