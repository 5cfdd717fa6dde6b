-- ARGV: session, epoch, outcome of its runs as JSON, status as JSON. No container serves it: what waits is ended.
local session = ARGV[1]
if not holds(session, ARGV[2]) then return FENCED end
end_waiting(session, ARGV[3])
redis.call('HDEL', SESSION:format(session), 'failures', 'host', 'container')
tell_status(session, ARGV[4])
record_session(session, 'lost', nil, nil)
return 1
