const { execFileSync } = require('node:child_process');
const { join } = require('node:path');

let made;

/** The functions and resources of the outlets file, made by infra/outlets.ts. */
async function outlets({ resolveVariable }) {
  const [file, service, stage, slack] = await Promise.all(
    ['param:outlets', 'self:service', 'sls:stage', 'param:slackWebhookSecretArn'].map((name) => resolveVariable(name)),
  );
  const program = ['scripts/run-ts.mjs', 'scripts/outlet-template.ts', file, `${service}-${stage}`, slack];
  try {
    made ??= JSON.parse(
      execFileSync(process.execPath, program, { cwd: join(__dirname, '..'), encoding: 'utf8', stdio: 'pipe' }),
    );
    return made;
  } catch (error) {
    throw new Error(error.stderr || error.message);
  }
}

module.exports.functions = async (serverless) => (await outlets(serverless)).functions;
module.exports.resources = async (serverless) => (await outlets(serverless)).resources;
