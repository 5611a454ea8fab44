// Watches folders for changed files.

import { type FSWatcher, watch } from 'node:fs'
import type { Log } from '../runtime/log.ts'

/** An editor and a copy change a file in several steps. */
const QUIET_MS = 300
const IGNORED = /(^|[/\\])(node_modules|\.[^/\\]*)([/\\]|$)/

/** Calls back once files have changed and then been quiet for a moment; hidden files and node_modules do not count. */
export function watchFolders(
  folders: readonly string[],
  changed: (file: string) => void,
  log: Log,
): { close(): void } {
  let timer: NodeJS.Timeout | undefined
  const watchers = folders.flatMap(folder =>
    watchFolder(folder, log, file => {
      if (IGNORED.test(file)) return
      clearTimeout(timer)
      timer = setTimeout(() => changed(file), QUIET_MS)
    }),
  )
  return {
    close() {
      clearTimeout(timer)
      for (const watcher of watchers) watcher.close()
    },
  }
}

function watchFolder(folder: string, log: Log, changed: (file: string) => void): FSWatcher[] {
  try {
    const watcher = watch(folder, { recursive: true }, (_, file) => changed(file ?? ''))
    watcher.on('error', error => log.warn({ err: error }, `cannot watch ${folder} any longer`))
    return [watcher]
  } catch (thrown) {
    log.warn({ err: thrown }, `cannot watch ${folder}`)
    return []
  }
}
