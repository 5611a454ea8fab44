// Idle connections, held by a process of its own.

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { endWithBench } from './children.ts'

export interface IdleCrowd extends AsyncDisposable {
  /** @throws Error where one of them has been closed since */
  requireOpen(): Promise<void>
}

const PROGRAM = fileURLToPath(new URL('./idle-connections.js', import.meta.url))

/**
 * Opens connections on each of which one request is answered.
 *
 * @param url Is posted to.
 * @throws Error where one is not opened, or not answered with 200
 */
export async function openIdle(url: string, body: string, count: number): Promise<IdleCrowd> {
  const child = fork(PROGRAM, [url, body, `${count}`], { execArgv: [] })
  endWithBench(child, 'SIGTERM')
  const exit = once(child, 'exit')
  const nextMessage = async (): Promise<unknown> => {
    const [message] = await Promise.race([
      once(child, 'message'),
      exit.then(() => Promise.reject(new Error(`the ${count} idle connections could not be opened`))),
    ])
    return message
  }
  await nextMessage()
  return {
    async requireOpen() {
      child.send('count')
      const open = await nextMessage()
      if (open !== count) throw new Error(`of ${count} idle connections ${open} are still open`)
    },
    async [Symbol.asyncDispose]() {
      if (child.connected) child.disconnect()
      await exit
    },
  }
}
