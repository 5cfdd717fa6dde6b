-- ARGV: session, epoch, overlay's hash, status as JSON.
local session = ARGV[1]
if not holds(session, ARGV[2]) then return FENCED end
local key = SESSION:format(session)
local host = field(key, 'host')
redis.call('HSET', key, 'overlay', ARGV[3])
redis.call('HDEL', key, 'host', 'container')
rest(session)
leave(host, session)
tell_status(session, ARGV[4])
record_session(session, 'hibernated', host, ARGV[3])
return 1
