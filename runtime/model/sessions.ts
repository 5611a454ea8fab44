// Sessions of ONNX Runtime, one for each model file: a model that is served as it is and that a score module loads too is in memory once.

import { createRequire } from 'node:module'
import type { InferenceSession } from 'onnxruntime-node'

export type OnnxRuntime = typeof import('onnxruntime-node')

const shared = new Map<string, Promise<InferenceSession>>()
let runtime: OnnxRuntime | null = null

/** The addon is loaded when the first model is, so that a module without ONNX does not pay for it; telemetry is off before. */
export function loadOnnxRuntime(): OnnxRuntime {
  if (runtime !== null) return runtime
  process.env['ORT_DISABLE_TELEMETRY'] = '1'
  runtime = createRequire(import.meta.url)('onnxruntime-node') as OnnxRuntime // true: it is what its types say
  return runtime
}

/**
 * The session of a file, created at the first call and never released.
 *
 * @param threads Of one run; those of the first call count.
 * @throws what onnxruntime throws for a broken file
 */
export function sharedSession(file: string, threads: number): Promise<InferenceSession> {
  const known = shared.get(file)
  if (known !== undefined) return known
  const created = createSession(file, threads)
  shared.set(file, created)
  created.catch(() => shared.delete(file))
  return created
}

/** @param options Of onnxruntime itself, which win over ours. */
export function createSession(
  file: string,
  threads: number,
  options?: InferenceSession.SessionOptions,
): Promise<InferenceSession> {
  return loadOnnxRuntime().InferenceSession.create(file, {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    ...options,
  })
}
