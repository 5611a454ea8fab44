// Settings of a test: what its flags and its environment say, and the defaults; no file is read.

import { loadConfig } from '../../runtime/config.ts'
import type { Settings } from '../../runtime/settings.ts'

interface Sources {
  readonly flags?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
  readonly cpus?: number
}

/** @throws ScorehostError ERR_CONFIG_INVALID */
export function settingsOf({ flags = {}, env = {}, cpus = 1 }: Sources): Settings {
  return loadConfig({
    flags,
    env,
    readFile: () => null,
    workingDirectory: '/',
    cpuLimit: { cpus, origin: 'test' },
    memoryLimit: { bytes: 2 ** 30, origin: 'test' },
  }).settings
}
