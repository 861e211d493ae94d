-- wrk's script: sends the requests of REPLAY_FILE (each its length, a line feed, its bytes) one
-- after the other, or with REPLAY_CONSTANT=1 the first again and again. Prints JSON to stderr.
local file = assert(io.open(os.getenv("REPLAY_FILE"), "rb"))
local threads, content = {}, nil
ran_out = 0  -- requests that were lacking

local function read_next()
   local length = file:read("*n")
   if length then file:read(1) content = file:read(length) else ran_out = ran_out + 1 end
   return content
end

if os.getenv("REPLAY_CONSTANT") == "1" then wrk.format = function() return content or read_next() end
else request = read_next end

function setup(thread) threads[#threads + 1] = thread end

function done(summary, latency)
   local errors = summary.errors
   io.stderr:write(string.format(
      '{"accepted": %d, "seconds": %.6f, "refused": %d, "broken": %d, "p50": %.1f, "p99": %.1f, "ran_out": %d}\n',
      summary.requests - errors.status, summary.duration / 1e6, errors.status,
      errors.connect + errors.read + errors.write + errors.timeout,
      latency:percentile(50), latency:percentile(99), threads[1]:get("ran_out")))
end
