// The header by which the node front tells a worker how long a request waited for it, in milliseconds. nginx takes it away.

export const WAITED_HEADER = 'x-scorehost-waited-ms'
