-- ARGV: run, follower, bytes acknowledged ('' when it leaves), the entry by which the run was sent.
-- A relay that waits for it is told. Returns 0 for an unknown run, or one that was lost and sent again.
local run = ARGV[1]
local state = redis.call('HMGET', RUN:format(run), 'session', 'total', 'held', 'entry')
if not state[1] or (state[4] or '') ~= ARGV[4] then return 0 end
if ARGV[3] == '' then
  redis.call('HDEL', FOLLOWERS:format(run), ARGV[2])
else
  redis.call('HSET', FOLLOWERS:format(run), ARGV[2], ARGV[3] .. ':' .. whole(now()))
  redis.call('EXPIRE', FOLLOWERS:format(run), RUN_KEYS_SECONDS)
end
if state[3] and behind(run, tonumber(state[2])) <= FOLLOWER_WINDOW_BYTES then
  redis.call('HDEL', RUN:format(run), 'held')
  redis.call('XADD', WAKE:format(state[1]), 'MAXLEN', 100, '*', 'run', run)
end
return 1
