// That the names which docs/contracts.md calls honoured are, and that it lists all that are.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ENVIRONMENT_NAMES } from '../../docs/environment-names.ts'
import { environmentNames, SETTING_NAMES, settingSpec } from '../../runtime/settings.ts'

const LISTED = Object.values(ENVIRONMENT_NAMES).flat()

test('a name that sets something is a name of that setting', () => {
  for (const { name, setting } of LISTED)
    if (setting !== null) assert(environmentNames(settingSpec(setting)).includes(name), name)
})

test('a name that sets nothing is a name of no setting, and says why', () => {
  const known = SETTING_NAMES.flatMap(name => [...environmentNames(settingSpec(name))])
  for (const { name, setting, note } of LISTED) {
    if (setting !== null) continue
    assert(!known.includes(name), name)
    assert.notEqual(note, undefined, name)
  }
})

test('every name of a platform that a setting has is listed', () => {
  const listed = LISTED.map(({ name }) => name)
  for (const setting of SETTING_NAMES)
    for (const name of environmentNames(settingSpec(setting)))
      if (!name.startsWith('SCOREHOST_')) assert(listed.includes(name), name)
})
