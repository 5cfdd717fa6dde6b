-- ARGV: session, epoch, '1' when it is the session's status, JSON, state for the record ('' for none).
if not holds(ARGV[1], ARGV[2]) then return FENCED end
if ARGV[3] == '1' then tell_status(ARGV[1], ARGV[4]) else tell(ARGV[1], ARGV[4]) end
if ARGV[5] ~= '' then record_session(ARGV[1], ARGV[5], field(SESSION:format(ARGV[1]), 'host'), nil) end
return 1
