-- ARGV: session, epoch, overlay's hash, status as JSON, status of one that moves, what is not in the overlay ('' for nothing).
-- Returns 1 when it goes on at once where the keeper has reserved room for it, else 0.
local session = ARGV[1]
if not holds(session, ARGV[2]) then return FENCED end
local key = SESSION:format(session)
local host = field(key, 'host')
redis.call('HSET', key, 'overlay', ARGV[3])
if ARGV[6] ~= '' then redis.call('HSET', key, 'left_out', ARGV[6]) else redis.call('HDEL', key, 'left_out') end
local til, placement = (field(key, 'moving') or ''):match('^(%d+) (.*)$')
local moves = til and tonumber(til) > now()
redis.call('HDEL', key, 'host', 'container', 'moving', 'told')
rest(session)
leave(host, session)
if moves then redis.call('HSET', key, 'placement', placement) else redis.call('HDEL', key, 'used') end
tell_status(session, moves and ARGV[5] or ARGV[4])
record_session(session, 'hibernated', host, ARGV[3], field(key, 'left_out'))
return moves and 1 or 0
