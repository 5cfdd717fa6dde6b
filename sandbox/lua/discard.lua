-- ARGV: session, epoch, its opening, outcome of its runs as JSON, status as JSON. Nobody can read the opening: the
-- session is lost, and whoever needs it opens it anew. Returns 0 when that happened in between.
local session = ARGV[1]
if not holds(session, ARGV[2]) then return FENCED end
local key = SESSION:format(session)
if (field(key, 'opening') or '') ~= ARGV[3] then return 0 end
local host = field(key, 'host')
end_waiting(session, ARGV[4])
leave(host, session)
tell_status(session, ARGV[5])
record_session(session, 'lost', nil, nil)
for _, name in ipairs({ SESSION, WAKE, SESSION_RUNS, LEASE, WOKEN }) do redis.call('DEL', name:format(session)) end
redis.call('SREM', BUSY, session)
return 1
