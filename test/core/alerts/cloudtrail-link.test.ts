import { describe, expect, it } from '@jest/globals';
import { cloudTrailLink, linked } from '../../../shared/core/alerts/cloudtrail-link.ts';
import { renderSlack } from '../../../shared/core/alerts/render-slack.ts';
import { renderText } from '../../../shared/core/alerts/render-text.ts';
import { instant } from '../../../shared/core/base/instant.ts';
import type { Attribution } from '../../../shared/core/drift/change.ts';
import { alertOf, transition } from '../../support/sample-alerts.ts';

const eventId = '279c6da0-a37c-451e-827f-95d846473d17';

const by = (more: Partial<Attribution> = {}): Attribution => ({
  actor: 'm.keller@example.com',
  operation: 'DeleteNatGateway',
  at: instant(0),
  tool: 'console',
  objects: [],
  eventId,
  region: 'eu-central-1',
  confidence: 'certain',
  ...more,
});

const textOf = (attribution: readonly Attribution[]): string =>
  renderText(alertOf([transition('opened', 'egress', 'environment@subnet-a', { attribution })]));

const links = (text: string): number => text.match(/cloudtrailv2/g)?.length ?? 0;

describe('the page of an event', () => {
  it.each([
    ['eu-central-1', 'https://eu-central-1.console.aws.amazon.com/cloudtrailv2/home?region=eu-central-1#/events/'],
    [
      'us-gov-west-1',
      'https://us-gov-west-1.console.amazonaws-us-gov.com/cloudtrailv2/home?region=us-gov-west-1#/events/',
    ],
    ['cn-north-1', 'https://cn-north-1.console.amazonaws.cn/cloudtrailv2/home?region=cn-north-1#/events/'],
  ])('in %s', (region, page) => {
    expect(cloudTrailLink({ region, eventId })).toBe(`${page}${eventId}`);
  });

  it.each([['us-iso-east-1'], ['eusc-de-east-1'], ['evil.example/'], ['']])('is not known in `%s`', (region) => {
    expect(cloudTrailLink({ region, eventId })).toBeUndefined();
  });

  it('is left out for a cause of an old store, which does not say where', () => {
    const { region: _, ...old } = by();

    expect(linked(old)).toBe(old);
    expect(links(textOf([old]))).toBe(0);
    expect(textOf([old])).toContain('m.keller@example.com: DeleteNatGateway');
  });

  it('is told for what did it, of the first three, and not for what is only possible', () => {
    const many = ['a', 'b', 'c', 'd'].map((id) => by({ eventId: id, confidence: 'likely' }));

    expect(links(textOf(many))).toBe(3);
    expect(links(textOf([by({ confidence: 'possible' })]))).toBe(0);
  });

  it('is never cut in two by a block of Slack', () => {
    for (let length = 2400; length <= 3000; length += 10) {
      const reasons = [{ code: 'C', component: 'rtb-1', message: 'x'.repeat(length) }];
      const { blocks } = renderSlack(
        alertOf([transition('opened', 'egress', 'environment@subnet-a', { attribution: [by()], reasons })]),
      );
      const text = blocks[1]?.text?.text ?? '';
      const whole = /<https:[^|>]+\|[^>]+>/g;
      expect(text.length).toBeLessThanOrEqual(3000);
      expect(text.match(whole)?.length ?? 0).toBe(links(text));
    }
  });
});
