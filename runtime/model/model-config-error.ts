// What is wrong with the configuration of one model: the file, the line and the field.

export interface ConfigPlace {
  /** Absolute path, null where the configuration is in no file. */
  readonly file: string | null
  /** From 1 on, null where it is not known. */
  readonly line: number | null
  /** `dynamic_batching.preferred_batch_size`, null where it is not about a field. */
  readonly field: string | null
}

/** Makes its model unavailable and stops no other; so it has no row in the table of errors, which are answers or fatal. */
export class ModelConfigError extends Error {
  readonly file: string | null
  readonly line: number | null
  readonly field: string | null

  constructor({ file, line, field }: ConfigPlace, what: string) {
    const where = [line === null || file === null ? file : `${file}:${line}`, field, what]
    super(where.filter(part => part !== null).join(': '))
    this.name = 'ModelConfigError'
    this.file = file
    this.line = line
    this.field = field
  }
}
