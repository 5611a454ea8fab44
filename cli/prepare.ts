// scorehost prepare: fills the app root before the container that scores starts, as the init container of AzureML does.

import { existsSync, mkdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { accessProblem } from '../runtime/access-problem.ts'
import { byteSize } from '../runtime/byte-size.ts'
import { ScorehostError } from '../runtime/errors.ts'
import { decodeUtf8 } from '../runtime/utf8.ts'
import { readOwnFlags } from './arguments.ts'
import type { Command } from './command.ts'
import { readInitContainerConfig } from './prepare/init-container-config.ts'
import { makePlan, type Plan } from './prepare/plan.ts'
import { Progress } from './prepare/progress.ts'
import { findSource, isWithin } from './prepare/source.ts'

const DEFAULT_PROGRESS_MS = 1000

export const prepare: Command = {
  summary: 'Fill an app root with models and files, in an init container.',
  help: () => `Usage: scorehost prepare --config FILE --from DIR [--to DIR] [--progress-ms N]

Copies and unpacks the models and dependencies that an InitContainerConfig names into the target folder. Every file comes
whole or not at all, nothing else in the target folder is touched, and the source folder is only read.
Exit codes: 0 all is in place, 2 the configuration is wrong or something that it names is missing, 3 it cannot be done.

  --config …                The InitContainerConfig, a JSON file.
  --from …                  The source folder, which the paths in the file are relative to.
  --to …                    The target folder. Default: the MountPath of the file
  --progress-ms …           How often a long copy tells how far it is, in ms. Default: ${DEFAULT_PROGRESS_MS}
`,
  async run(words) {
    const value = readOwnFlags(words, ['config', 'from', 'to', 'progress-ms'])
    const file = required('config', value('config'))
    const from = resolve(required('from', value('from')))
    const progress = new Progress({
      write: line => process.stderr.write(`${line}\n`),
      nowMs: () => performance.now(),
      intervalMs: readInterval(value('progress-ms')),
    })
    requireFolder('--from', from)
    const given = value('to')
    if (given === '') throw invalid('--to is empty')
    const config = readInitContainerConfig(readText(file), given === null)
    const plan = makePlan(config.entries, path => findSource(from, path))
    const to = given ?? config.mountPath
    const problems = [...config.problems, ...plan.problems]
    if (to === null || problems.length > 0) throw invalid(`${file}: ${allOf(problems)}`)
    const target = makeTarget(resolve(to), realpathSync(from))
    // the libraries that read archives are for this command alone
    const { prepare } = await import('./prepare/preparation.ts')
    const bytes = await prepare(plan, target, progress)
    process.stderr.write(`${summary(plan)} in ${target} (${byteSize(bytes)})\n`)
    return 0
  },
}

function summary({ steps }: Plan): string {
  const models = steps.filter(({ entry }) => entry.kind === 'model').length
  const dependencies = steps.length - models
  return `prepared ${models} ${models === 1 ? 'model' : 'models'} and ${dependencies} ${dependencies === 1 ? 'dependency' : 'dependencies'}`
}

function required(flag: string, value: string | null): string {
  if (value === null || value === '')
    throw invalid(`--${flag} is missing; scorehost prepare --help says what it is`)
  return value
}

function readInterval(text: string | null): number {
  if (text === null) return DEFAULT_PROGRESS_MS
  if (!/^\d{1,8}$/.test(text)) throw invalid(`--progress-ms: "${text}" is not a whole number of ms`)
  return Number(text)
}

function readText(file: string): string {
  try {
    return decodeUtf8(readFileSync(file))
  } catch (thrown) {
    throw invalid(`--config: ${file} cannot be read: ${accessProblem(thrown)}`)
  }
}

function requireFolder(flag: string, folder: string): void {
  try {
    if (statSync(folder).isDirectory()) return
  } catch (thrown) {
    throw invalid(`${flag}: the folder ${folder} cannot be read: ${accessProblem(thrown)}`)
  }
  throw invalid(`${flag}: ${folder} is no folder`)
}

/** All that is wrong at once, for each try is a deployment. */
function allOf(problems: readonly string[]): string {
  if (problems.length === 1) return problems.join()
  return [`${problems.length} things are wrong`, ...problems].join('\n  ')
}

/** Makes the folder where it is not there, and gives its real path. */
function makeTarget(to: string, realFrom: string): string {
  const real = realPathToBe(to)
  if (isWithin(realFrom, real) || isWithin(real, realFrom))
    throw invalid(`the target folder ${real} and the source folder ${realFrom} must not lie in one another`)
  try {
    mkdirSync(real, { recursive: true })
  } catch (thrown) {
    throw new ScorehostError(
      'ERR_PREPARE_FAILED',
      `the target folder ${to} cannot be made: ${accessProblem(thrown)}`,
    )
  }
  return real
}

function realPathToBe(path: string): string {
  return existsSync(path) ? realpathSync(path) : join(realPathToBe(dirname(path)), basename(path))
}

function invalid(message: string): ScorehostError {
  return new ScorehostError('ERR_CONFIG_INVALID', message)
}
