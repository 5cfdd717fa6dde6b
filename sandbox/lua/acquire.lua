-- ARGV: session, lifetime of the lease in ms. Returns the new epoch, or nil when it is served or unknown.
local session = ARGV[1]
local key = SESSION:format(session)
if redis.call('EXISTS', key) == 0 then return nil end
if redis.call('EXISTS', LEASE:format(session)) == 1 then return nil end
-- Time as its floor keeps epochs rising even when Redis forgot the last one.
local epoch = whole(math.max(tonumber(field(key, 'epoch') or 0) + 1, now()))
redis.call('HSET', key, 'epoch', epoch)
redis.call('SET', LEASE:format(session), epoch, 'PX', ARGV[2])
redis.call('DEL', WOKEN:format(session))
redis.call('SADD', BUSY, session)
return epoch
