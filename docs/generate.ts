// Writes the pages of docs/ that are made from a table: `npm run docs`.

import { writeFileSync } from 'node:fs'
import { contractsPage } from './contracts-page.ts'
import { errorsPage, settingsPage } from './pages.ts'

const docs = new URL('../../docs/', import.meta.url)
writeFileSync(new URL('contracts.md', docs), contractsPage())
writeFileSync(new URL('errors.md', docs), errorsPage())
writeFileSync(new URL('settings.md', docs), settingsPage())
