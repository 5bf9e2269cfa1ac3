const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { parse } = require('yaml');

/** Roles of other accounts that the watch file names. Without any the scanner is told that it may assume none. */
module.exports = () => {
  const { networks = [] } = parse(readFileSync(join(__dirname, '..', 'runnerwatch.yaml'), 'utf8')) ?? {};
  const roles = [...new Set(networks.flatMap(({ readRoleArn }) => (readRoleArn ? [readRoleArn] : [])))].sort();
  return roles.length > 0
    ? { Sid: 'ReadOtherAccounts', Effect: 'Allow', Action: 'sts:AssumeRole', Resource: roles }
    : { Sid: 'ReadNoOtherAccounts', Effect: 'Deny', Action: 'sts:AssumeRole', Resource: '*' };
};
