import { marshall } from '@aws-sdk/util-dynamodb';
import type { AttributeValue } from 'aws-lambda';

/** An item as a stream record carries it to Lambda: JSON, so binary attributes are base64 text. */
export const lambdaImage = (item: Record<string, unknown>): Record<string, AttributeValue> =>
  JSON.parse(
    JSON.stringify(
      Object.fromEntries(
        Object.entries(marshall(item)).map(([name, value]) => [
          name,
          value.B ? { B: Buffer.from(value.B).toString('base64') } : value,
        ]),
      ),
    ),
  ) as Record<string, AttributeValue>;
