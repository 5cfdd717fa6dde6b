-- ARGV: a keeper's token, lifetime (ms), hosts that shall be its own.
-- Returns 1 if it leads, the tokens of all keepers that live, and those of the hosts that it has.
local token, at = ARGV[1], now()
redis.call('ZREMRANGEBYSCORE', KEEPERS, '-inf', at)
redis.call('ZADD', KEEPERS, at + tonumber(ARGV[2]), token)
local function lease(key)
  local holder = redis.call('GET', key)
  if holder and holder ~= token then return false end
  redis.call('SET', key, token, 'PX', ARGV[2])
  return true
end
local held = {}
for i = 3, #ARGV do
  if lease(KEPT:format(ARGV[i])) then held[#held + 1] = ARGV[i] end
end
return {lease(KEEPER) and 1 or 0, redis.call('ZRANGE', KEEPERS, 0, -1), held}
