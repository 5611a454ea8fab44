// An exporter whose failures are counted and said: tracing is never a reason for anything else to fail.

import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base'
import type { RareWarning } from './rare-warning.ts'

type Done = Parameters<SpanExporter['export']>[1]
type Result = Parameters<Done>[0]

/** The SDK's own code for it, which is an enum there. */
const SUCCESS = 0

export class WatchedExporter implements SpanExporter {
  readonly #exporter: SpanExporter
  readonly #endpoint: string
  readonly #warning: RareWarning
  /** Spans that did not get there since that was last said. */
  #lost = 0

  constructor(exporter: SpanExporter, endpoint: string, warning: RareWarning) {
    this.#exporter = exporter
    this.#endpoint = endpoint
    this.#warning = warning
  }

  export(spans: ReadableSpan[], done: Done): void {
    this.#exporter.export(spans, (result: Result) => {
      if (result.code !== SUCCESS) this.#note(spans.length, result.error)
      // the batch processor could only say it again
      done({ code: SUCCESS })
    })
  }

  async shutdown(): Promise<void> {
    await this.#exporter.shutdown()
  }

  #note(count: number, error: Error | undefined): void {
    this.#lost += count
    const fields = { lostSpans: this.#lost, err: error }
    const text = `Traces do not reach ${this.#endpoint}: ${reasonOf(error)}. Requests are served all the same.`
    if (this.#warning.say(fields, text)) this.#lost = 0
  }
}

/** A connection that was refused by several addresses has no message of its own. */
function reasonOf(error: Error | undefined): string {
  if (error === undefined) return 'no reason given'
  return error.message || ('code' in error ? String(error.code) : error.name)
}
