-- ARGV: session, epoch, then for each of the session's own numbered frames: n, JSON. A number that was here is refused.
local session = ARGV[1]
if not holds(session, ARGV[2]) then return FENCED end
local key = SESSION:format(session)
local said = tonumber(field(key, 'said') or 0)
for i = 3, #ARGV, 2 do
  local n = tonumber(ARGV[i])
  if n > said + 1 then return redis.error_reply('GAP') end
  if n == said + 1 then
    tell(session, ARGV[i + 1])
    said = n
  end
end
redis.call('HSET', key, 'said', said)
return said
