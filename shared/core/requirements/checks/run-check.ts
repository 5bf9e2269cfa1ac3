import { assertNever } from '../../base/never.ts';
import type { Check } from '../requirement.ts';
import { checkEgress } from './egress.ts';
import { checkIngressFromRunner, checkIngressFromUsers } from './ingress.ts';
import type { Case, SubjectAnswer } from './judgement.ts';
import { checkOutboundPath } from './outbound-path.ts';

export function runCheck(asked: Case, check: Check): readonly SubjectAnswer[] {
  switch (check.kind) {
    case 'outbound-path':
      return checkOutboundPath(asked);
    case 'egress':
      return checkEgress(asked, check);
    case 'ingress-from-users':
      return checkIngressFromUsers(asked, check);
    case 'ingress-from-runner':
      return checkIngressFromRunner(asked, check);
    default:
      return assertNever(check, 'check');
  }
}
