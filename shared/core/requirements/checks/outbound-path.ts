import { PROTOCOLS } from '../../net/protocol.ts';
import { theInternet } from '../../reach/ends.ts';
import { type Case, forEachWorkload, judge, type SubjectAnswer } from './judgement.ts';

/** Routes and gateways only: groups and network ACLs have requirements of their own (semantics.md section 8, ruling 21). */
export function checkOutboundPath(asked: Case): readonly SubjectAnswer[] {
  const { engine } = asked;
  const byRole = forEachWorkload(asked, (source) => {
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
  });
  const bySubnet = new Map<string, SubjectAnswer>();
  for (const { subject, answer } of byRole) {
    const subnetId = subject.slice(subject.indexOf('@') + 1);
    if (!bySubnet.has(subnetId)) bySubnet.set(subnetId, { subject: subnetId, answer });
  }
  return [...bySubnet.values()];
}
