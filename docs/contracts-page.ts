// docs/contracts.md, made from the tables of platforms, of their names, of profiles, and of conformance.

import { PROFILE_TABLE, PROFILES } from '../runtime/profile.ts'
import { settingSpec } from '../runtime/settings.ts'
import type { Row } from '../test/conformance/row.ts'
import type { Table } from '../test/conformance/table.ts'
import { TABLES } from '../test/conformance/tables.ts'
import { ENVIRONMENT_NAMES, type EnvironmentName } from './environment-names.ts'
import { GENERATED } from './pages.ts'
import { PLATFORMS, type Platform } from './platforms.ts'

/** A longer body or header says nothing more. */
const SHOWN_CHARACTERS = 90
/** Rows that are one promise in several guises. */
const REPEATED = /, of an answer of the front$/

export function contractsPage(): string {
  return `# Contracts

${GENERATED}

One image honours the contracts of all these platforms, and serves their routes all at once. Where it runs moves defaults
alone: the platform is recognised by what it sets, or \`SCOREHOST_PROFILE\` says it. \`scorehost config\` prints which it is and why, and
the log names the port with its origin.

| platform | \`SCOREHOST_PROFILE\` | recognised by | defaults of its own | ports that are refused |
|---|---|---|---|---|
${PLATFORMS.map(profileRow).join('\n')}

The port is the first of: \`--port\`, ${settingSpec('port').env.map(code).join(', ')}, the default. What the platform mounts is
served: score module, models or both, in the folder or, where there is nothing in it but one folder, in that. What lies in
the app root counts for more. [deploy/](../deploy/README.md) has the smallest file that deploys the image on each.

What follows is, for each platform, what it demands, the names that it sets, what it does to our status codes, and the promises
that are tested, each of them against the program with both fronts and against the container. The tables are those of
\`test/conformance\`; statuses that are the same everywhere are in [errors.md](errors.md), the V2 protocol in [models.md](models.md).
${PLATFORMS.map(section).join('\n')}`
}

function profileRow({ contract, title, sign }: Platform): string {
  const profile = PROFILES.find(known => known === contract) ?? 'azureml'
  const { defaults, forbidden } = PROFILE_TABLE[profile]
  const moved = Object.entries(defaults).map(([name, value]) => code(`${name} ${value}`))
  return line([title, code(profile), sign, moved.join(', ') || '–', forbidden])
}

function section({ contract, title, demands, statuses }: Platform): string {
  const rows = TABLES.filter(({ rows: [first] }) => first?.contract === contract)
  return `
## ${title}

| what it demands | what is done | how to set it |
|---|---|---|
${demands.map(demand => line(demand)).join('\n')}

| name | what it sets | |
|---|---|---|
${(ENVIRONMENT_NAMES[contract] ?? []).map(nameRow).join('\n')}

What becomes of status codes:

${statuses.map(status => `- ${status}`).join('\n')}
${rows.map(promises).join('')}`
}

function nameRow({ name, setting, note = '' }: EnvironmentName): string {
  return line([code(name), setting === null ? '–' : code(setting), note])
}

function promises({ name, settings, rows }: Table): string {
  const shown = rows.filter(row => row.contract !== 'azureml' || !REPEATED.test(row.name))
  if (name === 'statuses' || name === 'inputs' || name === 'outputs') return ''
  const set = Object.entries(settings).map(([key, value]) => code(`${key}=${value}`))
  return `
Promises, with ${set.join(' ')}:

| promise | request | answer | source |
|---|---|---|---|
${shown.map(promise).join('\n')}
`
}

function promise({ name, request, expect, source }: Row): string {
  const { method, path, headers = {}, body } = request
  const sent = Object.entries(headers).filter(
    ([header, value]) => !(header === 'content-type' && value === 'application/json'),
  )
  const asked = [
    code(`${method} ${path}`),
    ...sent.map(([header, value]) => code(`${header}: ${short(String(value))}`)),
    ...(body === undefined ? [] : [code(short(String(body)))]),
  ]
  const { text, json, headers: answered = {} } = expect
  const shown = [
    String(expect.status),
    ...Object.entries(answered).map(([header, value]) => headerText(header, value)),
    ...(text === undefined || text === '' ? [] : [code(short(String(text)))]),
    ...(json === undefined ? [] : [code(short(JSON.stringify(json, matcherAsText)))]),
  ]
  return line([name, asked.join(' '), shown.join(' '), `[source](${source})`])
}

function headerText(name: string, value: string | RegExp): string {
  const isAbsent =
    String(value) === 'undefined' || (value instanceof RegExp && value.source === '^undefined$')
  return isAbsent
    ? `no ${code(name)}`
    : code(`${name}: ${short(value instanceof RegExp ? value.source : value)}`)
}

function matcherAsText(_: string, value: unknown): unknown {
  return value instanceof RegExp ? String(value) : value
}

function short(text: string): string {
  const oneLine = text.replaceAll('\n', '\\n').replaceAll('\r', '\\r')
  return oneLine.length > SHOWN_CHARACTERS ? `${oneLine.slice(0, SHOWN_CHARACTERS)}…` : oneLine
}

function code(text: string): string {
  return text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``
}

function line(cells: readonly string[]): string {
  return `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`
}
