import * as z from 'zod';
import { WatcherError } from '../core/base/watcher-error.ts';
import { parseCheckedYaml } from './checked-yaml.ts';
import { readText } from './json-file.ts';
import { OUTLET_KINDS } from './notifiers.ts';
import { type Outlet, outletSchema } from './outlet.ts';

const outletsSchema = z.strictObject({ outlets: z.array(outletSchema).nullable().default([]) });

/** Reads and checks an outlets file. Throws `bad-input` naming file, line and field of the first problem. */
export const readOutlets = (path: string): readonly Outlet[] => parseOutlets(readText(path), path);

export function parseOutlets(text: string, path: string): readonly Outlet[] {
  const { data, checking } = parseCheckedYaml(text, path, outletsSchema, 'an outlets file');
  const outlets = data.outlets ?? [];
  outlets.forEach((outlet, index) => {
    const { needs } = OUTLET_KINDS[outlet.kind];
    const own = (field: string) => ['outlets', index, field];
    checking(own('kind'), () => {
      if (outlet[needs] === undefined)
        throw new WatcherError('bad-input', `an outlet of kind \`${outlet.kind}\` needs \`${needs}\``);
    });
    const other = needs === 'secretArn' ? 'eventBusArn' : 'secretArn';
    checking(own(other), () => {
      if (outlet[other] !== undefined)
        throw new WatcherError('bad-input', `an outlet of kind \`${outlet.kind}\` has no use for it`);
    });
    checking(own('id'), () => {
      if (outlets.findIndex(({ id }) => id === outlet.id) !== index)
        throw new WatcherError('bad-input', `\`${outlet.id}\` is the id of two outlets`);
    });
  });
  return outlets;
}
