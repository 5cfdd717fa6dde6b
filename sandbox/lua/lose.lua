-- ARGV: session, epoch, outcome of its runs as JSON, status as JSON, state for the record ('' for none).
-- The container is given up: what its agent took ends, what it never got stays in the inbox.
-- Returns how often in a row it was lost before its agent took a message.
local session = ARGV[1]
if not holds(session, ARGV[2]) then return FENCED end
local key = SESSION:format(session)
local got = redis.call('HMGET', key, 'host', 'container', 'position')
for _, run in ipairs(redis.call('SMEMBERS', SESSION_RUNS:format(session))) do
  local state = redis.call('HMGET', RUN:format(run), 'entry', 'began')
  if not state[1] or state[2] or not later(state[1], got[3]) then end_run(run, session, got[1], ARGV[3]) end
end
redis.call('HDEL', key, 'host', 'container', 'placement')
rest(session)
leave(got[1], session)
if ARGV[4] ~= '' then tell_status(session, ARGV[4]) end
if ARGV[5] ~= '' then record_session(session, ARGV[5], got[1], nil) end
return redis.call('HINCRBY', key, 'failures', 1)
