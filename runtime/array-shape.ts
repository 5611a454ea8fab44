// The shape of a nested array as it is read, and the first place where it is not rectangular.

/** Told of every bracket and, once between two brackets, of values. Each returns what is wrong, or null. */
export class ArrayShape {
  /** Length of the arrays of each depth; -1 before the first of them has ended. */
  readonly #sizes: number[] = []
  /** Of the arrays that are open: elements so far, and how many values there were before it. */
  readonly #lengths: number[] = []
  readonly #valuesBefore: number[] = []
  /** Depth at which the values are; -1 before the first. */
  #valueDepth = -1

  get sizes(): readonly number[] {
    return this.#sizes
  }

  /** @param values How many were read so far. */
  open(values: number): string | null {
    const depth = this.#lengths.length
    if (this.#valueDepth >= 0 && depth >= this.#valueDepth)
      return `${this.#place(values)} is an array, where the others of its depth are single values`
    if (depth > 0) this.#lengths[depth - 1] = (this.#lengths[depth - 1] ?? 0) + 1
    this.#lengths.push(0)
    this.#valuesBefore.push(values)
    if (this.#sizes.length <= depth) this.#sizes.push(-1)
    return null
  }

  close(values: number): string | null {
    const depth = this.#lengths.length - 1
    const before = this.#valuesBefore[depth] ?? 0
    const length = depth + 1 === this.#valueDepth ? values - before : (this.#lengths[depth] ?? 0)
    const size = this.#sizes[depth] ?? -1
    this.#lengths.pop()
    this.#valuesBefore.pop()
    if (size >= 0 && size !== length)
      return `[${this.#parents(depth)}] has ${length} elements, where the others of its depth have ${size}`
    this.#sizes[depth] = length
    return null
  }

  value(values: number): string | null {
    const depth = this.#lengths.length
    if (depth < this.#sizes.length)
      return `${this.#place(values)} is a single value, where the others of its depth are arrays`
    this.#valueDepth = depth
    return null
  }

  /** Path of what comes next in the innermost array. */
  #place(values: number): string {
    const depth = this.#lengths.length
    const before = this.#valuesBefore[depth - 1] ?? 0
    const index = depth === this.#valueDepth ? values - before : (this.#lengths[depth - 1] ?? 0)
    return `[${[...this.#parents(depth - 1), index]}]`
  }

  /** Indices of the open arrays below one another, each in the one around it; the outermost has none. */
  #parents(depth: number): number[] {
    return this.#lengths.slice(0, depth).map(length => length - 1)
  }
}
