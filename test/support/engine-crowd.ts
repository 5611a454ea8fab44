// A scorer whose runs end when a test says so, and an engine that is judged while many requests go through it.

import assert from 'node:assert/strict'
import { Cancellation } from '../../runtime/cancellation.ts'
import { Engine } from '../../runtime/engine/engine.ts'
import {
  type BatchPolicy,
  type BatchShare,
  FIRST_COME,
  ScoreFailure,
  type ScoreRequest,
  type ScoreResult,
  type Scorer,
} from '../../runtime/scoring.ts'
import { Statistics } from '../../runtime/statistics.ts'

export function request(requestId: string): ScoreRequest {
  return {
    requestId,
    input: null,
    raw: Buffer.alloc(0),
    contentType: null,
    headers: {},
    query: {},
    cancellation: new Cancellation(),
    schedule: null,
  }
}

/** A run that has begun, and ends when the test says so. */
interface Run {
  /** Of the first request. */
  readonly requestId: string
  readonly requestIds: readonly string[]
  /** Gives the value to the first request. */
  readonly end: (result: { readonly value: unknown }) => void
  readonly endBatch: (outcomes: readonly unknown[]) => void
  readonly fail: (thrown: unknown) => void
}

/** A result with nothing special about it; an Error stands for the failure of one request. */
function outcomeOf(value: unknown): ScoreResult | ScoreFailure {
  return value instanceof Error ? new ScoreFailure(value) : { value, status: 200, headers: {} }
}

/** Scores when it is told to. */
export class ManualScorer implements Scorer {
  readonly batching: BatchPolicy | null
  readonly schedule = FIRST_COME
  readonly statistics = new Statistics()
  readonly runs: Run[] = []

  constructor(batching: BatchPolicy | null = null) {
    this.batching = batching
  }

  score(batch: readonly ScoreRequest[]): Promise<readonly (ScoreResult | ScoreFailure)[]> {
    const requestIds = batch.map(one => one.requestId)
    return new Promise((resolve, fail) => {
      const endBatch = (outcomes: readonly unknown[]) => resolve(outcomes.map(outcomeOf))
      const end = ({ value }: { readonly value: unknown }) => endBatch([value])
      this.runs.push({ requestId: requestIds[0] ?? '', requestIds, end, endBatch, fail })
    })
  }

  shareOf(): BatchShare {
    return { rows: 1, key: '' }
  }

  async close(): Promise<void> {}

  get started(): string[] {
    return this.runs.map(run => run.requestId)
  }

  run(requestId: string): Run {
    const run = this.runs.find(one => one.requestId === requestId)
    assert(run, `${requestId} was never run`)
    return run
  }
}

/** Everything that has been promised so far has been told to everyone. */
export const settled = () => new Promise(resolve => setImmediate(resolve))

/** An engine without deadlines to speak of, and what its promises say of it. */
export class Crowd {
  readonly #scorer = new ManualScorer()
  readonly #concurrency: number
  readonly #engine: Engine
  readonly #asked: string[] = []
  readonly #outcomes: Promise<unknown>[] = []
  readonly #running = new Set<string>()
  #begun = 0

  constructor(concurrency: number) {
    this.#concurrency = concurrency
    this.#engine = new Engine(this.#scorer, { scoringTimeoutMs: 60_000, concurrency })
  }

  ask(): void {
    const id = `request ${this.#asked.length}`
    this.#asked.push(id)
    const outcome = this.#engine.score(request(id)).then(
      result => assert.equal(result.value, id),
      thrown => assert.equal(thrown.cause.message, id),
    )
    this.#outcomes.push(outcome)
  }

  end(which: number, throws: boolean): void {
    const id = [...this.#running][which % this.#running.size]
    if (id === undefined) return
    this.#running.delete(id)
    if (throws) this.#scorer.run(id).fail(new Error(id))
    else this.#scorer.run(id).end({ value: id })
  }

  async judge(): Promise<void> {
    await settled()
    const { started } = this.#scorer
    for (const id of started.slice(this.#begun)) this.#running.add(id)
    this.#begun = started.length
    assert(this.#running.size <= this.#concurrency)
    assert.equal(this.#engine.inFlight, this.#running.size)
    assert.equal(this.#engine.queued, this.#asked.length - this.#begun)
    assert(this.#engine.queued === 0 || this.#running.size === this.#concurrency, 'one waits in vain')
    assert.deepEqual(started, this.#asked.slice(0, this.#begun))
  }

  async finish(): Promise<void> {
    for (; this.#running.size > 0; await this.judge()) this.end(0, false)
    assert.equal(this.#begun, this.#asked.length)
    await Promise.all(this.#outcomes)
  }
}
