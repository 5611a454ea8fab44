// Watches folders for changed files.

import { watch } from 'chokidar'
import type { Log } from '../runtime/log.ts'

/** An editor and a copy change a file in several steps. */
const QUIET_MS = 300
const IGNORED = /[/\\](node_modules|\.[^/\\]+)([/\\]|$)/

/** Calls back once files have changed and then been quiet for a moment; hidden files and node_modules do not count. */
export function watchFolders(folders: readonly string[], changed: (file: string) => void, log: Log): void {
  let timer: NodeJS.Timeout | undefined
  const ignored = (path: string) =>
    folders.some(folder => path.startsWith(folder) && IGNORED.test(path.slice(folder.length)))
  watch([...folders], { ignoreInitial: true, ignored })
    .on('ready', () => log.info(`watching ${folders.join(' and ')}`))
    .on('error', error => log.warn({ err: error }, 'watching files failed'))
    .on('all', (_, file) => {
      clearTimeout(timer)
      timer = setTimeout(() => changed(file), QUIET_MS)
    })
}
