// Reads the settings from the real world: command line, environment, files, cgroups.

import { sampleIn } from '../runtime/app-root.ts'
import { readFileOrNull } from '../runtime/cgroup.ts'
import { type Config, loadConfig } from '../runtime/config.ts'
import { cpuLimit, memoryLimit } from '../runtime/resources.ts'

/** @throws ScorehostError ERR_CONFIG_INVALID */
export function readConfiguration(flags: Readonly<Record<string, string>>): Config {
  return loadConfig({
    flags,
    env: process.env,
    readFile: readFileOrNull,
    sampleIn,
    workingDirectory: process.cwd(),
    cpuLimit: cpuLimit(),
    memoryLimit: memoryLimit(),
  })
}
