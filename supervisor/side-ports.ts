// The ports beside the public one: for health, and for metrics.

import { CrossOrigin } from '../runtime/cross-origin.ts'
import type { Settings } from '../runtime/settings.ts'
import { listenError } from './front/listen-error.ts'
import { OwnServer } from './front/own-server.ts'
import type { AnswerOwn, OwnPaths } from './own-paths.ts'

interface SidePort {
  readonly name: string
  readonly port: number
  readonly server: OwnServer
}

export class SidePorts {
  readonly #host: string
  readonly #ports: readonly SidePort[]

  constructor(settings: Settings, paths: OwnPaths) {
    const crossOrigin = new CrossOrigin(settings)
    const wanted: readonly (readonly [string, number | null, AnswerOwn])[] = [
      ['SCOREHOST_HEALTH_PORT', settings.healthPort, paths.answerHealth],
      ['SCOREHOST_METRICS_PORT', settings.metrics ? settings.metricsPort : null, paths.answerMetrics],
    ]
    this.#host = settings.host
    this.#ports = wanted.flatMap(([name, port, answer]) =>
      port === null ? [] : [{ name, port, server: new OwnServer(answer, crossOrigin) }],
    )
  }

  /** @throws ScorehostError ERR_ADDRESS_IN_USE, ERR_CONFIG_INVALID */
  async start(): Promise<void> {
    for (const { name, port, server } of this.#ports) {
      try {
        await server.listen({ host: this.#host, port })
      } catch (thrown) {
        throw listenError(thrown as NodeJS.ErrnoException, this.#host, port, name) // true: listen() fails with nothing else
      }
    }
  }

  /** From now on every answer closes its connection. */
  drain(): void {
    for (const { server } of this.#ports) server.drain()
  }

  stop(): void {
    for (const { server } of this.#ports) server.stop()
  }
}
