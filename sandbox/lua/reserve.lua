-- ARGV: host, session, bytes that it may use, bytes to reserve, bytes that the host has free, lifetime (ms),
-- kind of warm container ('': none suits), owner, sessions that the owner may have reserved here beside it.
-- Reserve memory and take a warm container, if there is room beside the others'.
local key = RESERVED:format(ARGV[1])
local others, same, at = 0, 0, now()
for id, value in pairs(pairs_of(redis.call('HGETALL', key))) do
  local bytes, holds_until, owner = value:match('^(%d+):(%d+):(.*)$')
  if id ~= ARGV[2] and bytes and tonumber(holds_until) > at then
    others = others + tonumber(bytes)
    if owner == ARGV[8] then same = same + 1 end
  end
end
if others + tonumber(ARGV[3]) > tonumber(ARGV[5]) then return false end
if same > math.max(0, tonumber(ARGV[9])) then return false end
redis.call('HSET', key, ARGV[2], ARGV[4] .. ':' .. whole(at + tonumber(ARGV[6])) .. ':' .. ARGV[8])
redis.call('PEXPIRE', key, ARGV[6])
if ARGV[7] == '' then return '' end
redis.call('HINCRBY', DEMAND, ARGV[1] .. ' ' .. ARGV[7], 1)
local warm = redis.call('ZPOPMIN', WARM:format(ARGV[1], ARGV[7]))[1]
if not warm then return '' end
redis.call('PUBLISH', REFILL, ARGV[1])
return warm
