const { execFileSync } = require('node:child_process');
const { join } = require('node:path');

/** Parameters of the deployment that the tables depend on, in the order of the script's arguments. */
const PARAMETERS = ['reconcileMinutes', 'outlets', 'slackWebhookSecretArn'];

const printed = new Map();

/** The script's answer; it is the same for the same arguments, and is asked for several times. */
function print(given) {
  const program = ['scripts/run-ts.mjs', 'scripts/template.ts', ...given];
  const key = program.join('\n');
  if (!printed.has(key))
    printed.set(
      key,
      execFileSync(process.execPath, program, { cwd: join(__dirname, '..'), encoding: 'utf8', stdio: 'pipe' }),
    );
  return JSON.parse(printed.get(key));
}

async function make({ resolveVariable }) {
  const [service, stage, ...parameters] = await Promise.all(
    ['self:service', 'sls:stage', ...PARAMETERS.map((name) => `param:${name}`)].map((name) => resolveVariable(name)),
  );
  try {
    return print([`${service}-${stage}`, ...parameters.map(String)]);
  } catch ({ stderr, message }) {
    const line = (stderr || message).trim();
    throw Object.assign(new Error(line), { stack: line });
  }
}

/** Functions of the outlets file, and all resources that are made of tables. */
module.exports.functions = async (serverless) => (await make(serverless)).functions;
module.exports.resources = async (serverless) => (await make(serverless)).resources;
