-- What wrk sends: the body and the headers that bench/load-generator.ts names in the environment.
wrk.method = 'POST'
local file = assert(io.open(os.getenv('BENCH_BODY_FILE'), 'rb'))
wrk.body = file:read('*a')
file:close()
for name, value in os.getenv('BENCH_HEADERS'):gmatch('([^:\n]+): ([^\n]*)') do
  wrk.headers[name] = value
end
