// Runs scorehost check on a score module of a test's own.

import type { TestContext } from 'node:test'
import { scoreFolder } from './score-folder.ts'
import { runCli } from './start-runtime.ts'

export type Files = Readonly<Record<string, string>>

/** Runs the check of a folder with these files; FOLDER stands for it in what was written. */
export async function checkOf(
  t: TestContext,
  files: Files,
  words: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
) {
  const folder = scoreFolder(t, files)
  const placed = words.map(word => word.replace('FOLDER', folder))
  const { exitCode, stdout, stderr } = await runCli(['check', folder, '--log-format', 'json', ...placed], env)
  return {
    exitCode,
    stdout: stdout.replaceAll(folder, 'FOLDER'),
    stderr: stderr.replaceAll(folder, 'FOLDER'),
  }
}
