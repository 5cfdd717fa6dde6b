-- ARGV: session, toolchain, kind of warm containers, hosts. Of each host: its figures, the bytes and the number
-- of what others reserved there, warm containers that wait, and what failed.
local found, at = {}, now()
for i = 4, #ARGV do
  local host, bytes, count = ARGV[i], 0, 0
  for id, value in pairs(pairs_of(redis.call('HGETALL', RESERVED:format(host)))) do
    local size, til = value:match('^(%d+):(%d+):')
    if id ~= ARGV[1] and size and tonumber(til) > at then
      bytes, count = bytes + tonumber(size), count + 1
    end
  end
  found[#found + 1] = {redis.call('HGET', FIGURES, host), whole(bytes), count,
    redis.call('ZCARD', WARM:format(host, ARGV[3])), redis.call('HMGET', FAILED:format(host, ARGV[2]), 'count', 'at', 'why')}
end
return found
