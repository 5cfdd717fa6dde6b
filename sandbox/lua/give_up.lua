-- ARGV: session, epoch, outcome of its runs as JSON, status as JSON. No container serves it: what waits is ended.
local session = ARGV[1]
if not holds(session, ARGV[2]) then return FENCED end
local key = SESSION:format(session)
for _, run in ipairs(redis.call('SMEMBERS', SESSION_RUNS:format(session))) do end_run(run, session, nil, ARGV[3]) end
local last = redis.call('XREVRANGE', INBOX:format(session), '+', '-', 'COUNT', 1)[1]
if last then redis.call('HSET', key, 'position', last[1]) end
redis.call('DEL', INBOX:format(session))
redis.call('HDEL', key, 'wanted', 'failures', 'host', 'container', 'placement')
rest(session)
unqueue(session)
tell_status(session, ARGV[4])
record_session(session, 'lost', nil, nil)
return 1
