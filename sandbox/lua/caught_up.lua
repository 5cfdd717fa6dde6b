-- ARGV: run. Has every live follower caught up? Asked now and then, as a follower may have died.
local key = RUN:format(ARGV[1])
if behind(ARGV[1], tonumber(field(key, 'total') or 0)) > FOLLOWER_WINDOW_BYTES then return 0 end
redis.call('HDEL', key, 'held')
return 1
