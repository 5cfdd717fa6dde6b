-- ARGV: session, for how long (ms), '1' to end what others said. Somebody waits for it, so long as it waits.
local key = SESSION:format(ARGV[1])
if not redis.call('ZSCORE', QUEUE, ARGV[1]) or redis.call('EXISTS', key) == 0 then return 0 end
local til = now() + tonumber(ARGV[2])
if ARGV[3] == '1' then til = math.min(til, tonumber(field(key, 'attended') or til)) end
redis.call('HSET', key, 'attended', whole(til))
return 1
