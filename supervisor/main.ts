// The supervisor process: everything it is made of, and what signals do to it.

import { existsSync } from 'node:fs'
import { isatty } from 'node:tty'
import type { Config } from '../runtime/config.ts'
import { ERRORS } from '../runtime/errors.ts'
import { EXIT_INTERNAL, signalExitCode } from '../runtime/exit-codes.ts'
import { folderTree } from '../runtime/folder-tree.ts'
import type { Log } from '../runtime/log.ts'
import { AdminServer, adminSocketPath } from './admin.ts'
import { Supervisor } from './supervisor.ts'
import type { ReadyReport } from './supervisor-events.ts'
import type { Failure } from './worker-handle.ts'

/** Of the model folder, where the first start fails. */
const MOST_TREE_LINES = 200
/** The score module or a model is to blame, and not a setting. */
const EXIT_NOT_SERVED = 3
const STANDARD_INPUT = 0

/**
 * Starts the service; from then on signals and failures end the process.
 *
 * @param announce Called once every worker is ready.
 * @throws ScorehostError ERR_CONFIG_INVALID, ERR_ADDRESS_IN_USE
 */
export async function supervise(
  config: Config,
  log: Log,
  announce: (report: ReadyReport) => void,
): Promise<void> {
  const { settings } = config
  const supervisor = new Supervisor(
    settings,
    {
      ready(report) {
        announce(report)
        if (settings.watch) void watchFiles(config, reload, log)
      },
      failed: failure => endFailed(failure, config, log),
    },
    log,
  )
  const reload = (why: string) => {
    log.info(`${why}: reloading`)
    void supervisor.reload()
  }
  process.on('uncaughtException', thrown => {
    log.fatal(
      { code: 'ERR_INTERNAL', err: thrown },
      'ERR_INTERNAL: the supervisor failed; this is a defect of Scorehost',
    )
    supervisor.kill()
    process.exit(EXIT_INTERNAL)
  })
  const stop = stopper(supervisor, config, log)
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  // the word for reload, but also the goodbye of a terminal that is closed, and then is none any more
  const atTerminal = isatty(STANDARD_INPUT)
  process.on('SIGHUP', () => (atTerminal && !isatty(STANDARD_INPUT) ? stop('SIGHUP') : reload('SIGHUP')))

  const port = await supervisor.start()
  logPorts(port, config, log)
  await startAdmin(supervisor, port, log)
}

/** Whoever sees a CrashLoopBackOff has nothing but this log: what was mounted, where that matters, and in the last line what went wrong. */
function endFailed({ code, message }: Failure, { settings, origins }: Config, log: Log): never {
  const exitCode = ERRORS[code].exitCode ?? EXIT_NOT_SERVED
  if (exitCode === EXIT_NOT_SERVED) {
    const tree = folderTree(settings.modelDir, MOST_TREE_LINES).join('\n')
    log.error(`the model folder, AZUREML_MODEL_DIR (${origins.modelDir}):\n${tree}`)
  }
  log.fatal({ code }, `${code}: ${message}`)
  process.exit(exitCode)
}

/** Loaded only when asked for: nobody watches files in a container. */
async function watchFiles({ settings }: Config, reload: (why: string) => void, log: Log): Promise<void> {
  const { watchFolders } = await import('./watch.ts')
  const { appRoot, modelDir } = settings
  const folders = [
    appRoot,
    ...(modelDir.startsWith(`${appRoot}/`) || !existsSync(modelDir) ? [] : [modelDir]),
  ]
  watchFolders(folders, file => reload(`${file} changed`), log)
}

/** The first signal drains, the second ends everything at once. */
function stopper(supervisor: Supervisor, { settings }: Config, log: Log): (signal: NodeJS.Signals) => void {
  let stopping = false
  return signal => {
    if (stopping) {
      log.warn(`second signal, ${signal}: ending at once`)
      supervisor.kill()
      process.exit(signalExitCode(signal))
    }
    stopping = true
    log.info(`${signal}: stopping`)
    // at a terminal there is no load balancer to wait for, nor where there is no port
    const isBalanced = signal === 'SIGTERM' && settings.port !== null
    void supervisor.stop(isBalanced ? settings.drainDelayMs : 0).then(() => {
      log.info(`stopped by ${signal}`)
      process.exit(0)
    })
  }
}

/** Once, with what decided it: of six names that may set the port one wins. */
function logPorts(
  port: number | null,
  { settings: { host, healthPort, metricsPort, metrics }, origins }: Config,
  log: Log,
): void {
  if (port === null) log.info(`no public port (${origins.port}); the score module fetches its work itself`)
  else log.info({ host, port }, `listening on ${host}:${port} (${origins.port})`)
  if (healthPort !== null) log.info({ host, healthPort }, `health is at ${host}:${healthPort} too`)
  if (metrics && metricsPort !== null)
    log.info({ host, metricsPort }, `metrics are at ${host}:${metricsPort}/metrics`)
}

/** The service is as good without it, so a folder that cannot be written costs a warning. */
async function startAdmin(supervisor: Supervisor, port: number | null, log: Log): Promise<void> {
  const path = adminSocketPath(port)
  const admin = new AdminServer(path, {
    status: () => supervisor.status(),
    reload: () => supervisor.reload(),
    own: supervisor.operations.paths.answerAll,
  })
  process.once('exit', () => admin.stop())
  try {
    await admin.start()
  } catch (thrown) {
    log.warn({ err: thrown }, `scorehost status and scorehost reload will not work: cannot listen on ${path}`)
  }
}
