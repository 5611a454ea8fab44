// An ONNX session with the options that the runtime gives it on one thread.

import * as ort from 'onnxruntime-node'

export function createSession(file: string): Promise<ort.InferenceSession> {
  return ort.InferenceSession.create(file, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
  })
}
