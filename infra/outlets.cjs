const { execFileSync } = require('node:child_process');
const { join } = require('node:path');

async function make({ resolveVariable }) {
  const [file, service, stage, slack] = await Promise.all(
    ['param:outlets', 'self:service', 'sls:stage', 'param:slackWebhookSecretArn'].map((name) => resolveVariable(name)),
  );
  const program = ['scripts/run-ts.mjs', 'scripts/outlet-template.ts', file, `${service}-${stage}`, slack];
  try {
    return JSON.parse(
      execFileSync(process.execPath, program, { cwd: join(__dirname, '..'), encoding: 'utf8', stdio: 'pipe' }),
    );
  } catch ({ stderr, message }) {
    const line = (stderr || message).trim();
    throw Object.assign(new Error(line), { stack: line });
  }
}

/** The functions and resources of the outlets file, made by infra/outlets.ts. */
module.exports.functions = async (serverless) => (await make(serverless)).functions;
module.exports.resources = async (serverless) => (await make(serverless)).resources;
