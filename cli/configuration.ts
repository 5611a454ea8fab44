// Reads the settings from the real world: command line, environment, files, cgroups.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
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
    namesIn,
    sampleIn,
    // the link of that name in the image's PATH
    startedAsServe: basename(process.argv[1] ?? '') === 'serve',
    workingDirectory: process.cwd(),
    cpuLimit: cpuLimit(),
    memoryLimit: memoryLimit(),
  })
}

function namesIn(path: string): readonly string[] | null {
  try {
    return readdirSync(path)
  } catch {
    // what is wrong with it is said by whoever needs what is in it
    return null
  }
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
