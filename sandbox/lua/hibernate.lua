-- ARGV: session, the time (ms) of its last use as it was seen, for how long (ms) it is not told again, the message that tells it.
-- It is to hibernate, if nobody used it since, it has no run, does not move, and was not told. Returns 2 when a wake-up is needed, 1 when not, 0 when it stays.
local session = ARGV[1]
local key = SESSION:format(session)
if tonumber(redis.call('ZSCORE', ACTIVE, session) or -1) ~= tonumber(ARGV[2]) then return 0 end
if redis.call('SCARD', SESSION_RUNS:format(session)) > 0 then return 0 end
local moves_til = (field(key, 'moving') or ''):match('^(%d+) ')
if tonumber(moves_til or 0) > now() or tonumber(field(key, 'told') or 0) > now() then return 0 end
redis.call('HSET', key, 'told', whole(now() + tonumber(ARGV[3])))
redis.call('ZADD', ACTIVE, now(), session)
put(session, ARGV[4])
return 1 + wanted(session)
