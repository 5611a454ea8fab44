// Blocks its worker's event loop for as long as the input says, as a model does that runs without a thread of its own.

interface Input {
  readonly blockMs: number
}

export function run({ blockMs }: Input) {
  for (const end = performance.now() + blockMs; performance.now() < end; );
  return { blockMs }
}
