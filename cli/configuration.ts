// Reads the settings from the real world: command line, environment, files, cgroups.

import { existsSync, readFileSync } from 'node:fs'
import { accessProblem } from '../runtime/access-problem.ts'
import { sampleIn } from '../runtime/app-root.ts'
import { type Config, loadConfig } from '../runtime/config.ts'
import { ScorehostError } from '../runtime/errors.ts'
import { cpuLimit, memoryLimit } from '../runtime/resources.ts'

/** @throws ScorehostError ERR_CONFIG_INVALID */
export function readConfiguration(flags: Readonly<Record<string, string>>): Config {
  return loadConfig({
    flags,
    env: process.env,
    readFile: textOrNull,
    sampleIn,
    workingDirectory: process.cwd(),
    cpuLimit: cpuLimit(),
    memoryLimit: memoryLimit(),
  })
}

/** A file that is there and may not be read holds settings that somebody counts on. */
function textOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch (thrown) {
    if (!existsSync(path)) return null
    throw new ScorehostError('ERR_CONFIG_INVALID', `${path} cannot be read: ${accessProblem(thrown)}`)
  }
}
