-- ARGV: host, session, bytes that it may use, bytes to reserve, bytes that the host has free, lifetime (ms),
-- toolchain ('': no warm one). Reserve memory and take a warm container, if there is room beside the others'.
local key = RESERVED:format(ARGV[1])
local others, at = 0, now()
for _, pair in ipairs(redis.call('HGETALL', key)) do
  local bytes, holds_until = pair:match('^(%d+):(%d+)$')
  if bytes and tonumber(holds_until) > at then others = others + tonumber(bytes) end
end
local own = field(key, ARGV[2])
local own_bytes, own_until = (own or ''):match('^(%d+):(%d+)$')
if own_bytes and tonumber(own_until) > at then others = others - tonumber(own_bytes) end
if others + tonumber(ARGV[3]) > tonumber(ARGV[5]) then return false end
redis.call('HSET', key, ARGV[2], ARGV[4] .. ':' .. whole(at + tonumber(ARGV[6])))
redis.call('PEXPIRE', key, ARGV[6])
local warm = ARGV[7] ~= '' and redis.call('ZPOPMIN', WARM:format(ARGV[1], ARGV[7]))[1]
if not warm then return '' end
redis.call('LPUSH', REFILL, ARGV[1])
redis.call('LTRIM', REFILL, 0, 99)
return warm
