// The score module's console: what it prints becomes lines of the log that carry the request id.

import { Console } from 'node:console'
import { Writable } from 'node:stream'
import type { Log } from '../log.ts'
import { currentScope } from '../request-scope.ts'

/** Replaces the global console, with all its methods: tables, groups, timers. */
export function logConsole(log: Log): void {
  const at = (level: 'info' | 'warn' | 'error' | 'debug') => lines(text => log[level](currentScope(), text))
  const main = new Console({ stdout: at('info'), stderr: at('error') })
  // of the methods that Node sends to its two streams these have levels of their own
  main.warn = new Console(at('warn')).log
  main.debug = new Console(at('debug')).log
  globalThis.console = main
}

/** A stream for a Console, which writes one text with a line break behind it for each call. */
function lines(take: (text: string) => void): Writable {
  return new Writable({
    decodeStrings: false,
    write(text: string, _, done) {
      take(text.replace(/\n$/, ''))
      done()
    },
  })
}
