import { EC2Client } from '@aws-sdk/client-ec2';

/** The Region of the environment or of the AWS profile, as the SDK finds it; undefined when neither names one. */
export async function defaultRegion(): Promise<string | undefined> {
  const client = new EC2Client({});
  try {
    return await client.config.region();
  } catch (error) {
    if (error instanceof Error && /region is missing|region=""/i.test(error.message)) return undefined;
    throw error;
  } finally {
    client.destroy();
  }
}
