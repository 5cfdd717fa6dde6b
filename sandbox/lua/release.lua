-- ARGV: session, epoch, last entry that was delivered, '1' to let go whatever waits.
-- Returns 'released', 'unread' when the inbox holds more (and the lease is kept), or 'busy' when another must go on.
local session, epoch = ARGV[1], ARGV[2]
if not holds(session, epoch) then return FENCED end
local key = SESSION:format(session)
local unread = #redis.call('XRANGE', INBOX:format(session), '(' .. ARGV[3], '+', 'COUNT', 1) > 0 or field(key, 'wanted')
local queued = redis.call('ZSCORE', QUEUE, session)
if ARGV[4] ~= '1' and unread and not queued then return 'unread' end
redis.call('DEL', LEASE:format(session))
redis.call('HINCRBY', key, 'epoch', 1) -- a renewal that is under way comes too late
if queued then return 'released' end
if unread or (field(key, 'container') and redis.call('SCARD', SESSION_RUNS:format(session)) > 0) then return 'busy' end
redis.call('SREM', BUSY, session)
return 'released'
