// Asks for the numbers again and again, while somebody looks.

const EVERY_MS = 2000
const PATIENCE_MS = 6000

/** Why there are no numbers, in words. */
const REFUSALS = {
  401: 'The service wants a key.',
  403: 'The service does not show this to you.',
  404: 'The dashboard is turned off, or it is for the machine of the service alone.',
}

export class Poll {
  #url
  #heard
  #failed
  #timer = 0
  #asking = false

  /**
   * @param {string} url Relative to the page.
   * @param {(data: object) => void} heard
   * @param {(why: string) => void} failed
   */
  constructor(url, heard, failed) {
    this.#url = url
    this.#heard = heard
    this.#failed = failed
  }

  start() {
    document.addEventListener('visibilitychange', () => (document.hidden ? this.#pause() : this.#ask()))
    if (!document.hidden) void this.#ask()
  }

  #pause() {
    clearTimeout(this.#timer)
  }

  async #ask() {
    if (this.#asking) return
    this.#asking = true
    clearTimeout(this.#timer)
    const [data, why] = await this.#answer()
    this.#asking = false
    if (!document.hidden) this.#timer = setTimeout(() => void this.#ask(), EVERY_MS)
    if (data === null) this.#failed(why)
    else this.#heard(data)
  }

  /** @returns {Promise<[object, ''] | [null, string]>} the numbers, or why there are none */
  async #answer() {
    try {
      const answer = await fetch(this.#url, { cache: 'no-store', signal: AbortSignal.timeout(PATIENCE_MS) })
      if (answer.ok) return [await answer.json(), '']
      return [null, REFUSALS[answer.status] ?? `The service answers with status ${answer.status}.`]
    } catch {
      return [null, 'The service cannot be reached.']
    }
  }
}
