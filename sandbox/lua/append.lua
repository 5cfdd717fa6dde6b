-- ARGV: session, epoch, run, host, finished ('' or JSON), input_refused ('' or JSON), first n, last n,
--       bytes and last part of standard output, the same of standard error, then for each event: its size, its JSON.
-- Returns {state, bytes that the slowest follower lacks};
-- states: 'kept', 'twice' (it was kept before), 'over' (the run had ended), 'unknown'.
local session, run, host, finished, refused = ARGV[1], ARGV[3], ARGV[4], ARGV[5], ARGV[6]
if not holds(session, ARGV[2]) then return FENCED end
local key = RUN:format(run)
local known = redis.call('HMGET', key, 'session', 'n', 'began', 'finished', 'printable')
if not known[1] then return { 'unknown', 0 } end
if known[1] ~= session then return redis.error_reply('FOREIGN') end
if known[4] then return { 'over', 0 } end
local n = tonumber(known[2] or 0)
if tonumber(ARGV[8]) <= n then return { 'twice', behind(run, tonumber(field(key, 'total') or 0)) } end
if tonumber(ARGV[7]) ~= n + 1 then return redis.error_reply('GAP') end

local state = load_numbers(run)
if state.total + ARGV[9] + ARGV[11] > tonumber(known[5] or 0) + OUTPUT_SLACK_BYTES then return redis.error_reply('FLOOD') end

if not known[3] then
  redis.call('HSET', key, 'began', now())
  record('{"type":"runBegan","runId":' .. text(run) .. ',"sessionId":' .. text(session) .. ',"host":' .. text(host)
    .. ',"at":' .. seconds(now()) .. '}')
end
for i = 13, #ARGV, 2 do add_event(run, state, ARGV[i + 1], ARGV[i]) end
bound_events(run, state)
save_numbers(run, state)
keep_tail(RUN_STDOUT:format(run), ARGV[10])
keep_tail(RUN_STDERR:format(run), ARGV[12])
redis.call('HSET', key, 'n', ARGV[8])
if refused ~= '' then redis.call('HSET', key, 'input_refused', refused) end
if ARGV[9] ~= '0' then redis.call('HINCRBY', key, 'stdout_bytes', ARGV[9]) end
if ARGV[11] ~= '0' then redis.call('HINCRBY', key, 'stderr_bytes', ARGV[11]) end
if not known[3] then expire_run(run, RUN_KEYS_SECONDS) end
if finished ~= '' then
  close_run(run, session, host, finished)
  return { 'kept', 0 }
end
local lacking = behind(run, state.total)
if lacking > FOLLOWER_WINDOW_BYTES then redis.call('HSET', key, 'held', 1) end
return { 'kept', lacking }
