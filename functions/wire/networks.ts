import { readWatchFile } from '../../shared/adapters/yaml-watch-file.ts';
import type { WatchedNetwork } from '../../shared/core/requirements/watch-file.ts';
import { need } from './environment.ts';

/** The watch file is packaged beside the functions that need it. */
export const watchedNetworks = (): readonly WatchedNetwork[] => readWatchFile(need('WATCH_FILE')).networks;
