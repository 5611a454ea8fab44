// Health as the service answers it, and the port of its own that it may have.

import { CrossOrigin } from '../runtime/cross-origin.ts'
import { servedPaths } from '../runtime/served-paths.ts'
import type { Settings } from '../runtime/settings.ts'
import { HealthServer } from './front/health-server.ts'
import { listenError } from './front/listen-error.ts'
import { type AnswerHealth, answerHealth, type ServiceState } from './health.ts'

export class HealthPort {
  /** What the front answers on the health paths too. */
  readonly answer: AnswerHealth
  readonly #settings: Settings
  readonly #server: HealthServer

  constructor(settings: Settings, state: () => ServiceState) {
    const further = servedPaths(settings).health
    this.answer = (method, path, requestId) => answerHealth(state(), further, method, path, requestId)
    this.#settings = settings
    this.#server = new HealthServer(this.answer, new CrossOrigin(settings))
  }

  /** @throws ScorehostError ERR_ADDRESS_IN_USE, ERR_CONFIG_INVALID */
  async start(): Promise<void> {
    const { host, healthPort } = this.#settings
    if (healthPort === null) return
    try {
      await this.#server.listen({ host, port: healthPort })
    } catch (thrown) {
      throw listenError(thrown as NodeJS.ErrnoException, host, healthPort, 'SCOREHOST_HEALTH_PORT') // true: listen() fails with nothing else
    }
  }

  /** From now on every answer closes its connection. */
  drain(): void {
    this.#server.drain()
  }

  stop(): void {
    this.#server.stop()
  }
}
