-- ARGV: session, outcome of its runs as JSON, status as JSON. It waits for room no longer. Returns 0 when it did not wait.
local session = ARGV[1]
if not redis.call('ZSCORE', QUEUE, session) or redis.call('EXISTS', LEASE:format(session)) == 1 then return 0 end
local key = SESSION:format(session)
end_waiting(session, ARGV[2])
redis.call('HDEL', key, 'stamp', 'attended')
redis.call('SREM', BUSY, session)
tell_status(session, ARGV[3])
record_session(session, 'hibernated', nil, field(key, 'overlay'), field(key, 'left_out'))
return 1
