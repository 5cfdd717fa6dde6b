-- ARGV: session, a token of this sending (one that comes again does nothing), manifest ('' for none), then for each:
--       kind, run, seconds and bytes that it may take, JSON.
-- Kinds: 'start', 'repl' (a start without a wall clock), 'stop', 'end', 'restart', 'sync', 'event' (for those who listen), '' for all others.
-- Returns 1 when a wake-up is needed.
local session, manifest = ARGV[1], ARGV[3]
local key = SESSION:format(session)
if redis.call('EXISTS', key) == 0 then return redis.error_reply('LOST') end
local inbox = INBOX:format(session)

-- A container is a matter of whoever opens the session: what is sent to one that sleeps makes none.
local known = redis.call('HMGET', key, 'container', 'wanted', 'status')
if not known[1] and not known[2] and (known[3] or ''):find('"state":"hibernated"', 1, true) then
  return redis.error_reply('ASLEEP')
end

-- What stops or ends something has a way in also where too much waits.
local PASSING = { stop = true, ['end'] = true, restart = true }

local function passes()
  for i = 4, #ARGV, 5 do
    if not PASSING[ARGV[i]] then return false end
  end
  return true
end

local function full()
  local length = redis.call('XLEN', inbox)
  if length < 64 then return false end
  local oldest = redis.call('XRANGE', inbox, '-', '+', 'COUNT', 1)[1]
  return length > INBOX_MESSAGES or tonumber(field(key, 'sent') or 0) - tonumber(oldest[2][4]) > INBOX_BYTES
end

local function start(run, allowance, printable, json, idles)
  if redis.call('HSETNX', RUN:format(run), 'session', session) == 0 then return end
  local entry = put(session, json)
  redis.call('HSET', RUN:format(run), 'entry', entry, 'allowance', allowance, 'printable', printable, 'idles', idles)
  redis.call('SADD', SESSION_RUNS:format(session), run)
  redis.call('EXPIRE', RUN:format(run), RUN_KEYS_SECONDS)
end

-- A run that no agent has been given ends here; `start` finds it finished and is passed over.
local function stop(run, json)
  local state = redis.call('HMGET', RUN:format(run), 'session', 'delivered', 'finished')
  if state[1] == session and not state[2] and not state[3] then
    end_run(run, session, nil, '{"type":"finished","outcome":"stopped"}')
  else
    put(session, json)
  end
end

-- Of several in a row the last one says all: so they fill no inbox that nobody reads.
local function put_last(kind, json)
  local before = redis.call('XREVRANGE', inbox, '+', '-', 'COUNT', 1)[1]
  if before and before[2][2]:find('{"type":"' .. kind .. '"', 1, true) == 1 then
    redis.call('XDEL', inbox, before[1])
    redis.call('HINCRBY', key, 'sent', -#before[2][2])
  end
  put(session, json)
end

if not passes() and full() then return redis.error_reply('BACKLOG') end
if not redis.call('SET', SENT:format(ARGV[2]), '1', 'NX', 'EX', 60) then return wanted(session) end
if manifest ~= '' then redis.call('HSET', key, 'manifest', manifest) end
for i = 4, #ARGV, 5 do
  local kind, run, json = ARGV[i], ARGV[i + 1], ARGV[i + 4]
  if kind == 'start' then start(run, ARGV[i + 2], ARGV[i + 3], json, 0)
  elseif kind == 'repl' then start(run, ARGV[i + 2], ARGV[i + 3], json, 1)
  elseif kind == 'stop' then stop(run, json)
  elseif kind == 'restart' or kind == 'sync' then put_last(kind, json)
  elseif kind == 'event' then tell(session, json)
  else put(session, json) end
end
if redis.call('ZSCORE', ACTIVE, session) then redis.call('ZADD', ACTIVE, now(), session) end
redis.call('PERSIST', key)
return wanted(session)
