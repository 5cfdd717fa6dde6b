-- ARGV: run, follower, sequence number after which it reads.
-- Returns the bytes printed up to there and the entry by which the run was sent; nil when it has had no such event.
local run, after = ARGV[1], tonumber(ARGV[3])
local state = redis.call('HMGET', RUN:format(run), 'session', 'seq', 'total', 'dropped', 'entry')
if not state[1] or after > tonumber(state[2] or 0) then return nil end
local seen
if after == 0 then
  seen = 0
elseif after == tonumber(state[2]) then
  seen = tonumber(state[3] or 0)
else
  local entry = redis.call('XRANGE', RUN_EVENTS:format(run), ARGV[3] .. '-0', ARGV[3] .. '-0')[1]
  seen = entry and tonumber(entry[2][4]) or tonumber(state[4] or 0)
end
redis.call('HSET', FOLLOWERS:format(run), ARGV[2], whole(seen) .. ':' .. whole(now()))
redis.call('EXPIRE', FOLLOWERS:format(run), RUN_KEYS_SECONDS)
return { seen, state[5] or '' }
