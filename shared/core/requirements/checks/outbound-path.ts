import { PROTOCOLS } from '../../net/protocol.ts';
import type { Answer } from '../../reach/answer.ts';
import { type Source, theInternet } from '../../reach/ends.ts';
import { type Case, judge, type SubjectAnswer } from './judgement.ts';
import { forEachWorkload } from './members.ts';

/** Routes and gateways only: groups and network ACLs have requirements of their own (semantics.md section 8, ruling 21). */
export function checkOutboundPath(asked: Case): readonly SubjectAnswer[] {
  const { engine } = asked;
  const judgeSource = (source: Source): Answer => {
    const internet = theInternet(engine.model, source.vpcId === undefined ? [] : [source.vpcId], 'ipv4');
    return judge(
      engine,
      {
        sources: [{ ...source, groupIds: undefined }],
        dst: internet.set,
        family: 'ipv4',
        protocol: PROTOCOLS.tcp,
        ports: { from: 443, to: 443 },
        forwardOnly: true,
        routesOnly: true,
      },
      internet.assumptions,
    );
  };
  // The way out is the subnet's, whatever role is in it: each subnet is judged once.
  const known = new Map<string, Answer>();
  const byRole = forEachWorkload(asked, (source) => {
    const answer = known.get(source.component) ?? judgeSource(source);
    known.set(source.component, answer);
    return answer;
  });
  const bySubnet = new Map<string, SubjectAnswer>();
  for (const { subject, answer } of byRole) {
    const subnetId = subject.slice(subject.indexOf('@') + 1);
    if (!bySubnet.has(subnetId)) bySubnet.set(subnetId, { subject: subnetId, answer });
  }
  return [...bySubnet.values()];
}
