// The pages of docs/ that are made from a table, as text.

import { ERRORS, type ErrorCode } from '../runtime/errors.ts'
import {
  environmentNames,
  expectation,
  SETTING_NAMES,
  type SettingName,
  settingSpec,
} from '../runtime/settings.ts'

export const GENERATED = '<!-- Made by `npm run docs`; change the table it is made from. -->'

/** docs/errors.md */
export function errorsPage(): string {
  const codes = Object.keys(ERRORS) as ErrorCode[] // true: the table has no other keys
  const answers = codes.filter(code => ERRORS[code].status !== null)
  const fatal = codes.filter(code => ERRORS[code].exitCode !== null)
  return `# Errors

${GENERATED}

Every error answer is JSON, \`{"code", "message", "requestId"}\`, and carries the request id in the header \`x-request-id\` too.
\`ERR_INPUT_SHAPE\` has \`errors\` beside them, a list of \`{"path", "message"}\`.
A stack, a path or the text of an exception of the score module is in the log under that id, and in the answer only with
\`SCOREHOST_DEBUG=1\`.

Whose fault it is tells where to look: *client*, the request; *capacity*, the number of workers or their state; *model*,
the score module or the model; *runtime*, Scorehost itself. "Retry" is yes where the request has certainly not been run.

## Answers

| code | status | fault | retry | who answers | message | what to do |
|---|---|---|---|---|---|---|
${answers.map(answerRow).join('\n')}

The health path \`/\` answers \`ERR_NO_WORKER\` with 502 while no worker is ready, which is how AzureML's client
tells "not ready yet" from "failed".

## Errors that end the process

The last line of the log has the code, the phase, the file and the cause.

| code | exit code | fault | message | what to do |
|---|---|---|---|---|
${fatal.map(fatalRow).join('\n')}
`
}

function answerRow(code: ErrorCode): string {
  const { status, fault, retrySafe, answeredBy, message, remedy } = ERRORS[code]
  return `| \`${code}\` | ${status} | ${fault} | ${retrySafe ? 'yes' : 'no'} | ${answeredBy} | ${message} | ${remedy} |`
}

function fatalRow(code: ErrorCode): string {
  const { exitCode, fault, message, remedy } = ERRORS[code]
  return `| \`${code}\` | ${exitCode} | ${fault} | ${message} | ${remedy} |`
}

/** docs/settings.md */
export function settingsPage(): string {
  return `# Settings

${GENERATED}

A flag wins over the environment, the environment over the file, the file over the default. The file is JSON, one object
with the file keys below: \`scorehost.json\` in the app root, or what \`--config\` names. An unknown flag or file key and a value out
of bounds end the program with exit code 2 and one line that names the setting, the value and what would be right.

\`scorehost config\` prints what is in force and where each value came from.

| file key | environment | flag | default | takes | what it does |
|---|---|---|---|---|---|
${SETTING_NAMES.map(settingRow).join('\n')}

\`appRoot\` and \`configFile\` say where the file is, so the file cannot hold them.
`
}

function settingRow(name: SettingName): string {
  const spec = settingSpec(name)
  const environment = environmentNames(spec)
    .map(variable => `\`${variable}\``)
    .join(', ')
  const byDefault = spec.default === null ? 'none' : `\`${spec.default}\``
  return `| \`${name}\` | ${environment} | \`--${spec.flag}\` | ${byDefault} | ${expectation(spec)} | ${spec.text} |`
}
