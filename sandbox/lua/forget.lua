-- ARGV: session, epoch, outcome of its runs as JSON. The session is over.
local session = ARGV[1]
if not holds(session, ARGV[2]) then return FENCED end
local key = SESSION:format(session)
local host = field(key, 'host')
end_runs(session, host, ARGV[3])
record_session(session, 'ended', host, nil)
leave(host, session)
for _, name in ipairs({ SESSION, INBOX, WAKE, SESSION_RUNS, LEASE, WOKEN }) do redis.call('DEL', name:format(session)) end
for _, name in ipairs({ SESSION_EVENTS, SESSION_EVENTS_SIZE }) do redis.call('EXPIRE', name:format(session), 60) end
redis.call('SREM', BUSY, session)
redis.call('ZREM', ACTIVE, session)
unqueue(session)
return 1
