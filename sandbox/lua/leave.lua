-- ARGV: session, outcome of its runs as JSON, status as JSON. It waits for room no longer. Returns 0 when it did not wait.
local session = ARGV[1]
if not redis.call('ZSCORE', QUEUE, session) or redis.call('EXISTS', LEASE:format(session)) == 1 then return 0 end
local key = SESSION:format(session)
for _, run in ipairs(redis.call('SMEMBERS', SESSION_RUNS:format(session))) do end_run(run, session, nil, ARGV[2]) end
local last = redis.call('XREVRANGE', INBOX:format(session), '+', '-', 'COUNT', 1)[1]
if last then redis.call('HSET', key, 'position', last[1]) end
redis.call('DEL', INBOX:format(session))
redis.call('HDEL', key, 'wanted', 'failures', 'placement', 'stamp', 'attended')
rest(session)
unqueue(session)
redis.call('SREM', BUSY, session)
tell_status(session, ARGV[3])
record_session(session, 'hibernated', nil, field(key, 'overlay'))
return 1
