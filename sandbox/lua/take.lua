-- ARGV: session, epoch, run. May its start be given to the agent? From here on only the agent, or a loss, ends it.
-- Returns the time (ms), 0: it may not.
if not holds(ARGV[1], ARGV[2]) then return FENCED end
local key = RUN:format(ARGV[3])
local state = redis.call('HMGET', key, 'session', 'finished', 'allowance')
if state[1] ~= ARGV[1] or state[2] then return 0 end
redis.call('HSET', key, 'delivered', whole(now()))
redis.call('HSET', SESSION:format(ARGV[1]), 'ran', '1')
redis.call('ZADD', DEADLINES, now() + tonumber(state[3]) * 1000, ARGV[3])
return now()
