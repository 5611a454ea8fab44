// The thread behind blocked-loop.ts: a debugger of the main thread, which alone can stop and question one that never returns.

import { type Debugger, Session } from 'node:inspector'
import { parentPort } from 'node:worker_threads'
import { BLOCKED_HOOK } from './blocked-loop.ts'

/** A loop that turns has said by then that the time is over. */
const MARGIN_MS = 500

let timer: NodeJS.Timeout | undefined
parentPort?.on('message', (timeoutMs: number) => {
  clearTimeout(timer)
  timer = setTimeout(stopMainThread, timeoutMs + MARGIN_MS)
})

/** Pauses it, leaves the stack where the main thread will find it, and ends the call that was under way. */
function stopMainThread(): void {
  const session = new Session()
  session.connectToMainThread()
  const urls = new Map<string, string>()
  session.on('Debugger.scriptParsed', ({ params }) => urls.set(params.scriptId, params.url))
  session.on('Debugger.paused', ({ params }) => {
    const [top] = params.callFrames
    const frames = params.callFrames.map(frame => frameText(frame, urls)).join('\n')
    const expression = `globalThis[Symbol.for('${BLOCKED_HOOK}')]?.(${JSON.stringify(frames)})`
    session.post('Debugger.evaluateOnCallFrame', { callFrameId: top?.callFrameId ?? '', expression }, () => {
      session.post('Runtime.terminateExecution')
      session.post('Debugger.resume', () => session.disconnect())
    })
  })
  session.post('Debugger.enable')
  session.post('Debugger.pause')
}

/** As Error.stack has it; the protocol counts from 0. */
function frameText(
  { functionName, location }: Debugger.CallFrame,
  urls: ReadonlyMap<string, string>,
): string {
  const place = `${urls.get(location.scriptId)}:${location.lineNumber + 1}:${(location.columnNumber ?? 0) + 1}`
  return functionName === '' ? `    at ${place}` : `    at ${functionName} (${place})`
}
