-- ARGV: a keeper's token, '1' if it ends, hosts that it keeps no longer.
local function drop(key)
  if redis.call('GET', key) == ARGV[1] then redis.call('DEL', key) end
end
for i = 3, #ARGV do drop(KEPT:format(ARGV[i])) end
if ARGV[2] == '1' then
  drop(KEEPER)
  redis.call('ZREM', KEEPERS, ARGV[1])
end
