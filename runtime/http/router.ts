// Which route of which contract a method and a path are.

import type { Contract, Method, Route } from '../contracts/contract.ts'
import { ScorehostError } from '../errors.ts'
import { isPattern, type PathPattern, pathPattern } from '../path-pattern.ts'

export interface Match {
  readonly route: Route
  /** By the name that the route's path gives them, decoded. */
  readonly params: Readonly<Record<string, string>>
}

type Methods = Map<string, Route>

interface Found {
  /** Null where there is no such path. */
  readonly methods: Methods | null
  readonly params: Readonly<Record<string, string>>
}

interface Pattern extends PathPattern {
  readonly methods: Methods
}

/** Paths that are remembered. */
const MOST_FOUND = 256
const NO_PARAMS: Readonly<Record<string, string>> = {}

export class Router {
  /** Paths without parameters, which most requests have, cost one look. */
  readonly #fixed = new Map<string, Methods>()
  readonly #patterns = new Map<string, Pattern>()
  /** Paths with parameters that were found before: clients ask for the same few over and over. */
  readonly #found = new Map<string, Found>()

  constructor(contracts: readonly Contract[]) {
    for (const route of contracts.flatMap(contract => contract.routes)) {
      const methods = isPattern(route.path) ? this.#pattern(route.path).methods : this.#path(route.path)
      methods.set(route.method satisfies Method, route)
    }
  }

  /** @throws ScorehostError ERR_NOT_FOUND, ERR_METHOD, ERR_INPUT_MALFORMED for a parameter that is no UTF-8 */
  find(method: string, path: string): Match {
    const { methods, params } = this.#look(path)
    if (methods === null) throw new ScorehostError('ERR_NOT_FOUND', `There is no path ${path} here.`)
    const route = methods.get(method)
    if (route === undefined) {
      const message = `${path} does not take ${method}; it takes ${[...methods.keys()].join(', ')}.`
      throw new ScorehostError('ERR_METHOD', message)
    }
    return { route, params }
  }

  /** The methods that a path takes. */
  methods(path: string): readonly string[] {
    return [...(this.#look(path).methods?.keys() ?? [])]
  }

  #look(path: string): Found {
    const fixed = this.#fixed.get(path)
    if (fixed !== undefined) return { methods: fixed, params: NO_PARAMS }
    const known = this.#found.get(path)
    if (known !== undefined) return known
    const found = this.#match(path)
    if (found.methods === null) return found
    const decoded = { ...found, params: decode(found.params) }
    if (this.#found.size >= MOST_FOUND) this.#found.clear()
    this.#found.set(path, decoded)
    return decoded
  }

  #match(path: string): Found {
    for (const { expression, names, methods } of this.#patterns.values()) {
      const found = expression.exec(path)
      if (found !== null)
        return {
          methods,
          params: Object.fromEntries(names.map((name, index) => [name, found[index + 1] ?? ''])),
        }
    }
    return { methods: null, params: NO_PARAMS }
  }

  #path(path: string): Methods {
    const methods = this.#fixed.get(path) ?? new Map()
    this.#fixed.set(path, methods)
    return methods
  }

  #pattern(path: string): Pattern {
    const known = this.#patterns.get(path)
    if (known !== undefined) return known
    const pattern = { ...pathPattern(path), methods: new Map() }
    this.#patterns.set(path, pattern)
    return pattern
  }
}

function decode(params: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  try {
    return Object.fromEntries(Object.entries(params).map(([name, text]) => [name, decodeURIComponent(text)]))
  } catch {
    throw new ScorehostError('ERR_INPUT_MALFORMED', 'The path has a percent sign that encodes nothing.')
  }
}
