-- ARGV: session, epoch, host, container. The session now lives in this container, where nothing was said yet.
local session = ARGV[1]
if not holds(session, ARGV[2]) then return FENCED end
local key = SESSION:format(session)
local used = field(key, 'used') -- one that was moved is as idle as it was before
redis.call('HSET', key, 'host', ARGV[3], 'container', ARGV[4], 'said', 0, 'last_host', ARGV[3],
  'since', now())
redis.call('PERSIST', key)
redis.call('HDEL', key, 'wanted', 'placement', 'stamp', 'attended', 'used', 'moving', 'ran')
unqueue(session)
redis.call('ZADD', ACTIVE, used or now(), session)
return redis.call('HMGET', key, 'position', 'overlay', 'left_out')
