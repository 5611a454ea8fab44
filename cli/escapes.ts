// The ways in which a score module can leave the function it was called in: what nobody catches, and the end of the process.

export interface Escape {
  /** What it did, in words that follow its name: `ended the process`. */
  readonly how: string
  readonly thrown: unknown
}

/**
 * Calls back when a score module takes one of them.
 *
 * @param escaped Ends the process; it is called at the latest when the process ends, and then must not wait for anything.
 * @returns ends the watch, and the process with this exit code
 */
export function watchEscapes(escaped: (way: Escape) => void): (exitCode: number) => never {
  let watching = true
  let exitCall: Error | null = null
  const report = (how: string, thrown: unknown) => {
    if (watching) escaped({ how, thrown })
  }
  const exit = process.exit.bind(process)
  process.exit = exitCode => {
    // the stack tells who called it, which is known only here
    exitCall ??= new Error(`process.exit(${exitCode ?? ''}) was called`)
    return exit(exitCode)
  }
  process.on('uncaughtException', thrown => report('threw an exception that nobody caught', thrown))
  process.on('unhandledRejection', reason => report('left a rejected promise that nobody handled', reason))
  process.on('exit', exitCode =>
    report('ended the process', exitCall ?? new Error(`the process ended with exit code ${exitCode}`)),
  )
  return exitCode => {
    watching = false
    return exit(exitCode)
  }
}
