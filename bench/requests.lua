-- Sends the prepared requests in turn and prints what came of them as one line of JSON.
-- Its argument names a Lua file that returns the requests; see bench/wrk.py.

local raw, marks, index, serial = {}, {}, 0, 0
local placeholder = "00000000-0000-4000-8000-000000000000"

function init(args)
  for number, each in ipairs(dofile(args[1])) do
    raw[number] = wrk.format(each.method, each.path, each.headers, each.body)
    marks[number] = raw[number]:find(placeholder, 1, true) or false
  end
  math.randomseed(os.time())
  serial = math.random(0, 65535)
end

local function fresh(text, at)
  local key = string.format("%08x-%04x-4000-8000-%012x", os.time(), serial, index)
  return text:sub(1, at - 1) .. key .. text:sub(at + #placeholder)
end

function request()
  index = index + 1
  local number = (index - 1) % #raw + 1
  local text, at = raw[number], marks[number]
  return at and fresh(text, at) or text
end

function done(summary, latency, _)
  local errors = summary.errors
  io.write(string.format(
    '{"requests": %d, "microseconds": %d, "refused": %d, "broken": %d, "p99_microseconds": %d}\n',
    summary.requests, summary.duration, errors.status,
    errors.connect + errors.read + errors.write + errors.timeout, latency:percentile(99)))
end
