// Does what the plan says: everything into the staging folder, then all of it in place.

import { createReadStream } from 'node:fs'
import { accessProblem } from '../../runtime/access-problem.ts'
import { byteSize } from '../../runtime/byte-size.ts'
import { ScorehostError } from '../../runtime/errors.ts'
import { READ_CHUNK_BYTES } from './archive.ts'
import type { FileStep, Plan, Step, UnpackStep } from './plan.ts'
import type { Progress } from './progress.ts'
import { Staging } from './staging.ts'
import { openArchive, Unpacking, type Written } from './unpacking.ts'

/**
 * @param target Absolute path of a folder that is there.
 * @returns bytes written
 * @throws ScorehostError ERR_PREPARE_FAILED; nothing was put in place, unless a rename failed on the way
 */
export async function prepare(plan: Plan, target: string, progress: Progress): Promise<number> {
  const staging = await attempt(target, () => Staging.create(target))
  try {
    let bytes = 0
    for (const step of plan.steps) bytes += await new StepRun(step, plan, staging, progress).run()
    await attempt('what is ready cannot be put in place', () => staging.place())
    return bytes
  } finally {
    await staging.remove()
  }
}

class StepRun {
  readonly #step: Step
  readonly #plan: Plan
  readonly #staging: Staging
  readonly #progress: Progress

  constructor(step: Step, plan: Plan, staging: Staging, progress: Progress) {
    this.#step = step
    this.#plan = plan
    this.#staging = staging
    this.#progress = progress
  }

  async run(): Promise<number> {
    const { entry, target } = this.#step
    const from = 'path' in entry ? `${entry.path} -> ` : ''
    const { files, bytes } = await attempt(`${entry.place}: ${from}${shown(target)}`, () => this.#work())
    const count = files === 1 ? '' : `${files} files, `
    this.#progress.finish(`${from}${shown(target)} (${count}${byteSize(bytes)})`)
    return bytes
  }

  #work(): Promise<Written> {
    const { work } = this.#step
    if (work.kind === 'copy') return this.#copy(work)
    return work.kind === 'unpack' ? this.#unpack(work) : this.#write(work.content)
  }

  async #copy({ files, folders }: FileStep): Promise<Written> {
    this.#start(files.reduce((sum, { source }) => sum + source.bytes, 0))
    for (const folder of folders) await this.#staging.addFolder(folder)
    let bytes = 0
    for (const { source, target } of files) {
      await using file = await this.#staging.open(target, source.isExecutable)
      for await (const chunk of createReadStream(source.path, { highWaterMark: READ_CHUNK_BYTES })) {
        await file.writeFile(chunk)
        bytes += chunk.length
        this.#progress.add(chunk.length)
      }
    }
    return { files: files.length, bytes }
  }

  async #write(content: string): Promise<Written> {
    const bytes = Buffer.from(content)
    this.#start(bytes.length)
    await using file = await this.#staging.open(this.#step.target, false)
    await file.writeFile(bytes)
    return { files: 1, bytes: bytes.length }
  }

  async #unpack({ archive: path, unpackType }: UnpackStep): Promise<Written> {
    const archive = await openArchive(path, unpackType)
    this.#start(archive.totalBytes)
    const { target, entry } = this.#step
    const unpacking = new Unpacking(this.#staging, this.#plan.claims, target, entry.place)
    return unpacking.run(archive, bytes => this.#progress.add(bytes))
  }

  #start(totalBytes: number): void {
    this.#progress.start(this.#step.entry.place, totalBytes)
  }
}

/** The target folder itself has no name of its own. */
function shown(target: string): string {
  return `/${target}`
}

async function attempt<T>(what: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (thrown) {
    throw new ScorehostError('ERR_PREPARE_FAILED', `${what}: ${accessProblem(thrown)}`, { cause: thrown })
  }
}
