// What a command of the command line is.

export interface Command {
  /** One line for the list of commands. */
  readonly summary: string
  /** The whole text of --help. */
  readonly help: () => string
  /**
   * Does it.
   *
   * @returns the exit code, or null where the process lives on
   * @throws ScorehostError whose row has the exit code
   */
  run(words: readonly string[]): Promise<number | null>
}
