// A user without rights, where the tests are run by root, who has them all.

/** Root may read everything: as root, what is done is done as nobody. */
export function withoutRights<T>(run: () => T): T {
  const { geteuid, seteuid } = process
  if (geteuid === undefined || seteuid === undefined || geteuid() !== 0) return run()
  seteuid(65534)
  try {
    return run()
  } finally {
    seteuid(0)
  }
}
