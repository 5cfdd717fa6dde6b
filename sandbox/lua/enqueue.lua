-- ARGV: session, epoch. It waits for room. Returns 0 when the queue is full and it is not in it.
local session = ARGV[1]
if not holds(session, ARGV[2]) then return FENCED end
if redis.call('ZSCORE', QUEUE, session) then return 1 end
if redis.call('ZCARD', QUEUE) >= QUEUE_SESSIONS then return 0 end
redis.call('ZADD', QUEUE, now(), session)
local clock = redis.call('GET', QUEUE_CLOCK)
redis.call('HSET', SESSION:format(session), 'stamp', clock and tostring(cjson.decode(clock).now) or '0')
redis.call('HDEL', SESSION:format(session), 'attended')
return 1
