// Writes text as a text that it has read goes on: after two tokens comes what came after them there, or after the second alone.

/** A word or a mark, with the space before it where it had one: tokens joined are text. */
export type Token = string

type Counts = Map<Token, number>

export interface SampleOptions {
  /** 0: always what came most often; 1: as often as in the text; above: more evenly. */
  readonly temperature: number
  /** Uniform from 0 to below 1. */
  readonly random: () => number
}

/** How much more a continuation of both tokens counts than one of the second alone. */
const BOTH = 2

export class MarkovModel {
  readonly #after = new Map<string, Counts>()

  constructor(text: string) {
    const tokens = tokenise(text)
    for (const [index, token] of tokens.entries()) {
      const [before = '', last = ''] = [tokens[index - 2], tokens[index - 1]]
      count(this.#after, last, token, 1)
      count(this.#after, pair(before, last), token, BOTH)
    }
  }

  /** A token to go on with; where these were never read, one that begins a sentence. */
  next(before: readonly Token[], options: SampleOptions): Token {
    const [last = '', secondLast = ''] = [before.at(-1), before.at(-2)]
    const one = this.#after.get(last) ?? this.#after.get('.') ?? new Map<Token, number>()
    const both = this.#after.get(pair(secondLast, last)) ?? new Map<Token, number>()
    const choices = [...one].map(([token, times]) => ({ token, times: times + (both.get(token) ?? 0) }))
    return choose(choices, options)
  }
}

export function tokenise(text: string): Token[] {
  return text.replace(/\s+/g, ' ').match(/ ?[\p{L}\p{N}]+(?:['-][\p{L}\p{N}]+)*| ?[^\p{L}\p{N}\s]/gu) ?? []
}

/** No token holds a line break, so no pair is taken for a single token. */
function pair(before: Token, last: Token): string {
  return `${before}\n${last}`
}

function count(after: Map<string, Counts>, key: string, token: Token, times: number): void {
  const counts = after.get(key) ?? new Map<Token, number>()
  after.set(key, counts.set(token, (counts.get(token) ?? 0) + times))
}

function choose(
  choices: readonly { readonly token: Token; readonly times: number }[],
  { temperature, random }: SampleOptions,
): Token {
  const most = Math.max(...choices.map(({ times }) => times))
  if (temperature === 0) return choices.find(({ times }) => times === most)?.token ?? ''
  // by the largest, so that a temperature near 0 does not overflow
  const weights = choices.map(({ times }) => (times / most) ** (1 / temperature))
  let rest = random() * weights.reduce((sum, weight) => sum + weight, 0)
  for (const [index, { token }] of choices.entries()) {
    rest -= weights[index] ?? 0
    if (rest < 0) return token
  }
  return choices.at(-1)?.token ?? ''
}
