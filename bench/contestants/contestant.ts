// One who is measured: an address, and the processes that answer there.

export interface Contestant extends AsyncDisposable {
  readonly name: string
  /** Without a slash at the end. */
  readonly url: string
  /** All whose CPU time a request costs. */
  readonly pids: readonly number[]
}

/** Starts all of them at once, or none. */
export async function startAll<T extends AsyncDisposable>(
  starting: readonly Promise<T>[],
): Promise<AsyncDisposable & { readonly all: readonly T[] }> {
  const started = await Promise.allSettled(starting)
  const all = started.flatMap(result => (result.status === 'fulfilled' ? result.value : []))
  const disposable = {
    all,
    async [Symbol.asyncDispose]() {
      await Promise.all(all.map(one => one[Symbol.asyncDispose]()))
    },
  }
  const failed = started.find(result => result.status === 'rejected')
  if (failed === undefined) return disposable
  await disposable[Symbol.asyncDispose]()
  throw failed.reason
}
