import { setTimeout as sleep } from 'node:timers/promises';
import type { CallMade } from '../shared/adapters/aws-calls.ts';
import { withDnsAnswers } from '../shared/adapters/dns-answers.ts';
import { type EmbeddedState, embeddedState } from '../shared/adapters/embedded-state.ts';
import { refuseExisting, writeNew, writeWhole } from '../shared/adapters/file-writer.ts';
import { readCheckedJson, readJson, readStandardInput, readText } from '../shared/adapters/json-file.ts';
import { systemClock } from '../shared/adapters/system-clock.ts';
import { readWatchFile } from '../shared/adapters/yaml-watch-file.ts';
import type { Bundle } from '../shared/core/facts/bundle.ts';
import { parseBundle } from '../shared/core/facts/snapshot.ts';
import type { Clock, CloudFacts, RunnerFinder } from '../shared/ports.ts';

/** Standard error is for our own words: the SDK's notice about its next year's Node version is not one of them. */
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

/** The one place of the command line that makes adapters. */
export {
  type EmbeddedState,
  embeddedState,
  readJson,
  readStandardInput,
  readText,
  readWatchFile,
  refuseExisting,
  systemClock,
  writeNew,
  writeWhole,
};

/** Facts whose code is loaded when they are asked for. */
const later = (load: () => Promise<CloudFacts>): CloudFacts => {
  let loading: Promise<CloudFacts> | undefined;
  const facts = (): Promise<CloudFacts> => {
    loading ??= load();
    return loading;
  };
  return {
    collect: async (network, deadline) => (await facts()).collect(network, deadline),
    batch: () =>
      later(async () => {
        const loaded = await facts();
        return loaded.batch?.() ?? loaded;
      }),
  };
};

/** The SDK is most of what the program would load, and most commands ask AWS nothing. */
export const liveFacts = (onCall?: (operation: string, call: CallMade) => void): CloudFacts =>
  later(async () => {
    const { awsFacts } = await import('../shared/adapters/aws-facts.ts');
    return awsFacts({
      clock: systemClock,
      ...(onCall ? { onCall: (call: CallMade) => onCall(call.operation, call) } : {}),
    });
  });

export const defaultRegion = async (): Promise<string | undefined> =>
  (await import('../shared/adapters/aws-region.ts')).defaultRegion();

export const liveRunners = (onCall?: (operation: string) => void): RunnerFinder => {
  const finder = async (): Promise<RunnerFinder> => {
    const { runnerTraces } = await import('../shared/adapters/runner-traces.ts');
    return runnerTraces({ clock: systemClock, ...(onCall ? { onCall } : {}) });
  };
  return {
    runners: async (region, deadline) => (await finder()).runners(region, deadline),
    places: async (region, subnetIds, deadline) => (await finder()).places(region, subnetIds, deadline),
  };
};

/** A store that is there; one that is only read is not made on the way. */
export const existingState = (directory: string, report: (line: string) => void): EmbeddedState =>
  embeddedState(directory, { report, mustExist: true });

/** A saved bundle. Throws `bad-input` naming file, line and field of what is not one. */
export const readBundle = (path: string): Bundle => readCheckedJson(path, parseBundle) as Bundle;

/** A network that was saved: always the same answer. */
export const savedFacts = (bundle: Bundle): CloudFacts => ({ collect: async () => bundle });

/** With the addresses that this machine's resolver gives for the hosts that matter. */
export const withNamesResolved = (facts: CloudFacts): CloudFacts => withDnsAnswers(facts, { clock: systemClock });

/** EC2 answers from what was true a few seconds ago: how long to wait before a repair is looked at again. */
export const beforeSecondLook = (): Promise<void> => sleep(5_000);

export const environment = (): NodeJS.ProcessEnv => process.env;

export type { CallMade, Clock };
