-- ARGV: session, opening, overlay ('' for none), manifest (as the `sync` that delivers it), whether it waits for its one run,
--       what is not in the overlay ('' for nothing).
-- Returns 1 when a wake-up is needed.
local session = ARGV[1]
local key = SESSION:format(session)
local container = field(key, 'container')
if not container and not redis.call('ZSCORE', QUEUE, session) and waiting() >= QUEUE_SESSIONS then
  return redis.error_reply('FULL')
end
redis.call('HSET', key, 'opening', ARGV[2], 'manifest', ARGV[4])
redis.call('HSETNX', key, 'position', '0-1')
if ARGV[3] ~= '' and redis.call('HSETNX', key, 'overlay', ARGV[3]) == 1 and ARGV[6] ~= '' then
  redis.call('HSET', key, 'left_out', ARGV[6])
end
redis.call('PERSIST', key)
if container then
  put(session, ARGV[4])
  redis.call('ZADD', ACTIVE, now(), session)
else
  redis.call('HSET', key, 'wanted', '1')
end
-- A relay would find no run before it is sent, and end the session; one whose run never comes goes by itself.
if ARGV[5] == '1' and not container then
  redis.call('EXPIRE', key, RUN_AWAITED_SECONDS)
  return 0
end
return wanted(session)
