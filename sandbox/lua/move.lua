-- ARGV: session, its host, the placement that is reserved for it, for how long (ms), the message that makes it hibernate.
-- It moves, if it is where it was and has no run. Returns 2 when a wake-up is needed, 1 when not, 0 when it stays.
local session = ARGV[1]
local key = SESSION:format(session)
if field(key, 'host') ~= ARGV[2] or not field(key, 'container') then return 0 end
if redis.call('SCARD', SESSION_RUNS:format(session)) > 0 then return 0 end
local til = (field(key, 'moving') or ''):match('^(%d+) ')
if til and tonumber(til) > now() then return 0 end
redis.call('HSET', key, 'moving', whole(now() + tonumber(ARGV[4])) .. ' ' .. ARGV[3], 'moved_at', now(),
  'used', redis.call('ZSCORE', ACTIVE, session) or now())
put(session, ARGV[5])
return 1 + wanted(session)
