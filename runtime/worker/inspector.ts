// Node's inspector in a worker, for debugging a score module.

import { close, open, url } from 'node:inspector'
import { createServer } from 'node:net'
import type { Log } from '../log.ts'
import type { Settings } from '../settings.ts'

/** How soon the port is taken over after another worker has let it go. */
const RETRY_MS = 200

/**
 * Opens the inspector where the settings ask for it: at once where the port is free, so that breakpoints in the first line of a
 * score module hold; else as soon as it is, for at a reload the worker that drains still has it.
 *
 * @returns true where it has opened it
 */
export async function openInspector(
  settings: Pick<Settings, 'inspectPort' | 'inspectHost'>,
  log: Log,
): Promise<boolean> {
  const { inspectPort: port, inspectHost: host } = settings
  // a debugger that started this process itself, as an editor may, has opened it already
  if (port === null || url() !== undefined) return false
  const tryToOpen = async () => {
    // asked beforehand, for open() itself says it on standard error and throws nothing
    if (!(await isFree(port, host))) return false
    open(port, host)
    log.info({ host, port }, `the inspector listens on ${host}:${port}`)
    return true
  }
  if (await tryToOpen()) return true
  log.info(`the inspector opens when port ${port} is free (AZUREML_DEBUG_PORT)`)
  const retry = async () => {
    if (!(await tryToOpen())) setTimeout(retry, RETRY_MS).unref()
  }
  setTimeout(retry, RETRY_MS).unref()
  return false
}

/** Lets the port go; a debugger that is attached loses its connection. */
export function closeInspector(): void {
  close()
}

function isFree(port: number, host: string): Promise<boolean> {
  return new Promise(resolve => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(port, host, () => probe.close(() => resolve(true)))
  })
}
