-- wrk's script: sends prepared requests, and writes what was measured as JSON to stderr.
--
-- REPLAY_FILE holds requests, each as its length in bytes, a line feed, and its bytes. With
-- REPLAY_CONSTANT its one request is sent over and over; else they are sent one after the
-- other, so that no digest count is used twice. `ran_out` tells how many were missing.

local file = assert(io.open(assert(os.getenv("REPLAY_FILE")), "rb"))
local last

local function following()
   local length = file:read("*n")
   if not length then return nil end
   file:read(1)
   return file:read(length)
end

if os.getenv("REPLAY_CONSTANT") then
   last = following()
   wrk.format = function() return last end
else
   ran_out = 0
   function request()
      local found = following()
      if found then last = found else ran_out = ran_out + 1 end
      return last
   end
end

local threads = {}

function setup(thread)
   threads[#threads + 1] = thread
end

function done(summary, latency)
   local errors = summary.errors
   io.stderr:write(string.format(
      '{"requests": %d, "seconds": %.6f, "refused": %d, "broken": %d, "p50": %.1f, "p99": %.1f, "ran_out": %d}\n',
      summary.requests, summary.duration / 1e6, errors.status,
      errors.connect + errors.read + errors.write + errors.timeout,
      latency:percentile(50), latency:percentile(99), threads[1]:get("ran_out") or 0))
end
