// A processor class, the shape that PAI-EAS gives to user code, as a score module.
// Source: https://www.alibabacloud.com/help/en/machine-learning-platform-for-ai/latest/develop-custom-processors-by-using-python

import { inspect } from 'node:util'
import { ScorehostError } from '../errors.ts'
import { type Reply, type RunContext, reply, type SchemaExport, type ScoreModule } from '../score-api.ts'

interface Processor {
  initialize?(): unknown
  /** @returns `[body, status]`, or a promise of it */
  process(data: Buffer, context: RunContext): unknown
  close?(): unknown
}

type ProcessorClass = new () => Processor

/** True for a class whose instances have `process()`. */
export function isProcessorClass(value: unknown): value is ProcessorClass {
  return typeof value === 'function' && typeof value.prototype?.process === 'function'
}

/** One instance of the class for the life of the worker. Its input is the bytes of a request, whatever they stand for. */
export class ProcessorModule implements ScoreModule {
  readonly #class: ProcessorClass
  #processor: Processor | null = null
  declare readonly concurrency?: number
  declare readonly input?: SchemaExport
  declare readonly output?: SchemaExport
  declare readonly inputSample?: unknown
  declare readonly outputSample?: unknown

  /** @param exports What the module exports beside the class, checked: all of it counts as it does beside `run()`. */
  constructor(processorClass: ProcessorClass, exports: ScoreModule) {
    this.#class = processorClass
    const { concurrency, input, output, inputSample, outputSample } = exports
    Object.assign(this, { concurrency, input, output, inputSample, outputSample })
  }

  async init(): Promise<void> {
    const processor = new this.#class()
    await processor.initialize?.()
    this.#processor = processor
  }

  /** @throws ScorehostError ERR_PROCESSOR_FAILED with what process() threw as cause; TypeError for what is no `[body, status]` */
  async run(_input: unknown, context: RunContext): Promise<Reply> {
    let result: unknown
    try {
      result = await this.#processor?.process(context.raw, context)
    } catch (thrown) {
      throw new ScorehostError('ERR_PROCESSOR_FAILED', undefined, { cause: thrown })
    }
    return asReply(result)
  }

  async close(): Promise<void> {
    await this.#processor?.close?.()
  }
}

function asReply(result: unknown): Reply {
  if (!isPair(result)) {
    const shown = inspect(result, { depth: 1, breakLength: Number.POSITIVE_INFINITY, maxStringLength: 100 })
    throw new TypeError(
      `process() returned ${shown}; it has to return [body, status] with a status from 200 to 599, as in ['done', 200]`,
    )
  }
  const [body, status] = result
  const headers = typeof body === 'string' ? { 'content-type': 'text/plain; charset=utf-8' } : {}
  return reply(body, { status, headers })
}

function isPair(result: unknown): result is readonly [body: unknown, status: number] {
  if (!Array.isArray(result) || result.length !== 2) return false
  const status: unknown = result[1]
  return Number.isInteger(status) && Number(status) >= 200 && Number(status) <= 599
}
