// The arguments that KServe gives to its own model servers. Those that mean something here stand in the table of settings.

/** Taken, and without effect: why. */
const WITHOUT_EFFECT: Readonly<Record<string, string>> = {
  grpc_port: 'gRPC is not served',
  enable_grpc: 'gRPC is not served',
  max_threads: 'parallelism is the number of workers',
  max_asyncio_workers: 'parallelism is the number of workers',
  enable_docs_url: 'the pages are at /docs',
  protocol: 'V1 and V2 are both served',
}

/** What is said of an argument that is no setting, where it runs on KServe. */
export function describeArgument(name: string): string {
  const why = WITHOUT_EFFECT[name]
  return why === undefined
    ? `the argument --${name} is not known and has no effect`
    : `--${name} has no effect: ${why}`
}
