-- What several scripts share. Names in capitals are those of keys.py and limits.py.

local FENCED = redis.error_reply('FENCED')

local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

local function whole(number)
  return string.format('%.0f', number)
end

local function seconds(milliseconds)
  return string.format('%.3f', milliseconds / 1000)
end

local function holds(session, epoch)
  return redis.call('HGET', SESSION:format(session), 'epoch') == epoch
end

local function field(key, name)
  return redis.call('HGET', key, name) or nil
end

-- A flat list of names and values as a table.
local function pairs_of(list)
  local found = {}
  for i = 1, #list, 2 do found[list[i]] = list[i + 1] end
  return found
end

-- Is entry `a` of a stream later than entry `b`?
local function later(a, b)
  local a_ms, a_n = a:match('^(%d+)-(%d+)$')
  local b_ms, b_n = b:match('^(%d+)-(%d+)$')
  if tonumber(a_ms) ~= tonumber(b_ms) then return tonumber(a_ms) > tonumber(b_ms) end
  return tonumber(a_n) > tonumber(b_n)
end

-- The session left the host: what placement reserved for it there is free.
local function leave(host, session)
  if host then redis.call('HDEL', RESERVED:format(host), session) end
end

local function record(json)
  redis.call('XADD', RECORDS, '*', 'r', json)
end

local function text(value)
  return value and cjson.encode(value) or 'null'
end

-- `left_out`, as JSON, is what is not in the overlay.
local function record_session(session, state, host, overlay, left_out)
  record('{"type":"sessionChanged","sessionId":' .. text(session) .. ',"state":' .. text(state) .. ',"host":' .. text(host)
    .. ',"overlay":' .. text(overlay) .. ',"leftOut":' .. (left_out or 'null') .. ',"at":' .. seconds(now()) .. '}')
end

-- What the session says: kept for those who listen, bounded in number and bytes.
local function tell(session, json)
  local stream, count = SESSION_EVENTS:format(session), SESSION_EVENTS_SIZE:format(session)
  redis.call('XADD', stream, '*', 'e', json)
  local bytes = redis.call('INCRBY', count, #json)
  local length = redis.call('XLEN', stream)
  while length > 1 and (length > SESSION_EVENTS_COUNT or bytes > SESSION_EVENTS_BYTES) do
    local oldest = redis.call('XRANGE', stream, '-', '+', 'COUNT', 1)[1]
    redis.call('XDEL', stream, oldest[1])
    bytes, length = redis.call('DECRBY', count, #oldest[2][2]), length - 1
  end
  redis.call('EXPIRE', stream, RUN_KEYS_SECONDS)
  redis.call('EXPIRE', count, RUN_KEYS_SECONDS)
end

local function tell_status(session, json)
  redis.call('HSET', SESSION:format(session), 'status', json)
  tell(session, json)
end

-- Put a message into the inbox; `c` counts all bytes that were ever put there.
local function put(session, json)
  local sent = redis.call('HINCRBY', SESSION:format(session), 'sent', #json)
  return redis.call('XADD', INBOX:format(session), '*', 'm', json, 'c', sent)
end

-- Without a container it is known for a while; whoever needs it later opens it again.
local function rest(session)
  redis.call('ZREM', ACTIVE, session)
  redis.call('EXPIRE', SESSION:format(session), RUN_KEYS_SECONDS)
end

-- Those of the queue that wait because hosts are full.
local function waiting()
  return redis.call('ZCARD', QUEUE) - redis.call('HLEN', STRANDED)
end

-- It waits, and not for room: '' as the reason says that it does.
local function strand(session, why)
  if why == '' then redis.call('HDEL', STRANDED, session)
  elseif redis.call('ZSCORE', QUEUE, session) then redis.call('HSET', STRANDED, session, why) end
end

local function unqueue(session)
  redis.call('ZREM', QUEUE, session)
  redis.call('HDEL', STRANDED, session)
end

-- A relay is wanted: returns 1 when the caller shall send a wake-up (none is on its way and nobody serves).
local function wanted(session)
  redis.call('SADD', BUSY, session)
  if redis.call('EXISTS', LEASE:format(session)) == 1 then return 0 end
  if redis.call('ZSCORE', QUEUE, session) then return 0 end
  return redis.call('SET', WOKEN:format(session), '1', 'NX', 'PX', 1000) and 1 or 0
end

-- The last part of a stream of output, cut at the start of a character.
local function tail(key)
  local kept = redis.call('GETRANGE', key, -OUTPUT_TAIL_BYTES, -1)
  local start = 1
  while start <= #kept and start <= 4 and kept:byte(start) >= 128 and kept:byte(start) < 192 do start = start + 1 end
  return kept:sub(start)
end

local function keep_tail(key, piece)
  if piece == '' then return end
  if redis.call('APPEND', key, piece) > 4 * OUTPUT_TAIL_BYTES then
    redis.call('SET', key, redis.call('GETRANGE', key, -OUTPUT_TAIL_BYTES, -1), 'KEEPTTL')
  end
end

-- Append one event to a run; `state` is the run's numbers, written back by the caller.
local function add_event(run, state, json, size)
  state.seq = state.seq + 1
  state.total = state.total + size
  state.bytes = state.bytes + #json
  redis.call('XADD', RUN_EVENTS:format(run), whole(state.seq) .. '-0', 'e', json, 't', whole(state.total), 's', size)
  redis.call('RPUSH', RUN_SIZES:format(run), whole(#json) .. ':' .. whole(state.total))
end

-- Let go of the oldest events until what is left fits. Lua hashes each string that it is given, byte by byte: so not them.
local function bound_events(run, state)
  while state.bytes > RUN_EVENTS_BYTES do
    local oldest = redis.call('LPOP', RUN_SIZES:format(run))
    if not oldest then return end
    redis.call('XDEL', RUN_EVENTS:format(run), whole(state.first) .. '-0')
    local bytes, total = oldest:match('^(%d+):(%d+)$')
    state.bytes = state.bytes - tonumber(bytes)
    state.first = state.first + 1
    state.dropped = tonumber(total)
  end
end

local function load_numbers(run)
  local got = redis.call('HMGET', RUN:format(run), 'seq', 'total', 'bytes', 'first', 'dropped')
  return {
    seq = tonumber(got[1] or 0), total = tonumber(got[2] or 0), bytes = tonumber(got[3] or 0),
    first = tonumber(got[4] or 1), dropped = tonumber(got[5] or 0),
  }
end

local function save_numbers(run, state)
  redis.call('HSET', RUN:format(run), 'seq', whole(state.seq), 'total', whole(state.total), 'bytes', whole(state.bytes),
    'first', whole(state.first), 'dropped', whole(state.dropped))
end

local function run_keys(run)
  return {
    RUN:format(run), RUN_EVENTS:format(run), RUN_SIZES:format(run), RUN_STDOUT:format(run), RUN_STDERR:format(run),
    FOLLOWERS:format(run),
  }
end

local function expire_run(run, lifetime)
  for _, key in ipairs(run_keys(run)) do redis.call('EXPIRE', key, lifetime) end
end

-- The run is over: nothing is added to it after this.
local function close_run(run, session, host, finished)
  local key = RUN:format(run)
  local sizes = redis.call('HMGET', key, 'stdout_bytes', 'stderr_bytes')
  record('{"type":"runEnded","runId":' .. text(run) .. ',"sessionId":' .. text(session) .. ',"host":' .. text(host)
    .. ',"finished":' .. finished .. ',"stdout":' .. text(tail(RUN_STDOUT:format(run))) .. ',"stderr":'
    .. text(tail(RUN_STDERR:format(run))) .. ',"stdoutBytes":' .. (sizes[1] or 0) .. ',"stderrBytes":' .. (sizes[2] or 0)
    .. ',"at":' .. seconds(now()) .. '}')
  redis.call('HSET', key, 'finished', finished)
  redis.call('SREM', SESSION_RUNS:format(session), run)
  redis.call('ZREM', DEADLINES, run)
  if redis.call('ZSCORE', ACTIVE, session) then redis.call('ZADD', ACTIVE, now(), session) end
  expire_run(run, RUN_EVENTS_SECONDS)
end

-- End a run from outside its agent, once.
local function end_run(run, session, host, finished)
  local key = RUN:format(run)
  if field(key, 'finished') then return 0 end
  redis.call('HSETNX', key, 'session', session)
  local state = load_numbers(run)
  add_event(run, state, finished, 0)
  bound_events(run, state)
  save_numbers(run, state)
  close_run(run, session, host, finished)
  return 1
end

local function end_runs(session, host, finished)
  for _, run in ipairs(redis.call('SMEMBERS', SESSION_RUNS:format(session))) do end_run(run, session, host, finished) end
end

-- A session without a container gives up: its runs end, what is in its inbox is passed over, and it waits for no room.
local function end_waiting(session, finished)
  local key = SESSION:format(session)
  end_runs(session, nil, finished)
  local last = redis.call('XREVRANGE', INBOX:format(session), '+', '-', 'COUNT', 1)[1]
  if last then redis.call('HSET', key, 'position', last[1]) end
  redis.call('DEL', INBOX:format(session))
  redis.call('HDEL', key, 'wanted', 'placement')
  rest(session)
  unqueue(session)
end

-- How many bytes the slowest live follower of a run lacks; 0 without one. Followers that fell silent are forgotten.
local function behind(run, total)
  local key = FOLLOWERS:format(run)
  local followers = redis.call('HGETALL', key)
  local lacking = 0
  local oldest = now() - FOLLOWER_LIVE_SECONDS * 1000
  for i = 1, #followers, 2 do
    local acknowledged, beat = followers[i + 1]:match('^(%d+):(%d+)$')
    if tonumber(beat) < oldest then
      redis.call('HDEL', key, followers[i])
    elseif total - tonumber(acknowledged) > lacking then
      lacking = total - tonumber(acknowledged)
    end
  end
  return lacking
end
