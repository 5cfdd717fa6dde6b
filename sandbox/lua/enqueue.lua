-- ARGV: session, epoch. It waits for room. Returns 0 when the queue is full and it is not in it.
if not holds(ARGV[1], ARGV[2]) then return FENCED end
if not redis.call('ZSCORE', QUEUE, ARGV[1]) and redis.call('ZCARD', QUEUE) >= QUEUE_SESSIONS then return 0 end
redis.call('ZADD', QUEUE, 'NX', now(), ARGV[1])
return 1
