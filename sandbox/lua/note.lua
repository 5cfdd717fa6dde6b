-- ARGV: session, field, value. Kept with a session that is known.
local key = SESSION:format(ARGV[1])
if redis.call('EXISTS', key) == 0 then return 0 end
redis.call('HSET', key, ARGV[2], ARGV[3])
return 1
