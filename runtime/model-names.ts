// The setting that lists models by name.

/** @param text Names, separated by commas; null lists none. */
export function modelNames(text: string | null): readonly string[] {
  return (text ?? '')
    .split(',')
    .map(name => name.trim())
    .filter(name => name !== '')
}
