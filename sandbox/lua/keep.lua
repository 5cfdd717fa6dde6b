-- ARGV: the keeper's own token, lifetime in ms (0: let go). Returns 1 while it is the active one.
local holder = redis.call('GET', KEEPER)
if holder and holder ~= ARGV[1] then return 0 end
if ARGV[2] == '0' then
  redis.call('DEL', KEEPER)
  return 0
end
redis.call('SET', KEEPER, ARGV[1], 'PX', ARGV[2])
return 1
