-- ARGV: session, epoch, entry, the entry after it. Everything up to the entry is with the agent.
local session, entry = ARGV[1], ARGV[3]
if not holds(session, ARGV[2]) then return FENCED end
local key = SESSION:format(session)
if later(entry, field(key, 'position')) then
  redis.call('HSET', key, 'position', entry)
  redis.call('HDEL', key, 'failures')
end
redis.call('XTRIM', INBOX:format(session), 'MINID', ARGV[4])
return 1
