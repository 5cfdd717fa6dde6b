-- ARGV: session, epoch, why no host could ever take it ('': hosts are full). It waits for room.
-- Returns 0 when the queue is full and it is not in it.
local session, why = ARGV[1], ARGV[3]
if not holds(session, ARGV[2]) then return FENCED end
if not redis.call('ZSCORE', QUEUE, session) then
  local others = why == '' and waiting() or redis.call('HLEN', STRANDED)
  if others >= QUEUE_SESSIONS then return 0 end
  redis.call('ZADD', QUEUE, now(), session)
  local clock = redis.call('GET', QUEUE_CLOCK)
  redis.call('HSET', SESSION:format(session), 'stamp', clock and tostring(cjson.decode(clock).now) or '0')
  redis.call('HDEL', SESSION:format(session), 'attended')
end
strand(session, why)
return 1
