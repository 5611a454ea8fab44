// A folder of a test's own, gone when the test is over.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'

/** Absolute path of a new, empty folder. */
export function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'scorehost-test-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
