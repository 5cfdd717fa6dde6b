-- ARGV: session, epoch ('' from outside a relay), run, host, finished. Returns 1 when this ended it.
local session, run = ARGV[1], ARGV[3]
if ARGV[2] ~= '' and not holds(session, ARGV[2]) then return FENCED end
local host = ARGV[4] ~= '' and ARGV[4] or nil
if end_run(run, session, host, ARGV[5]) == 0 then return 0 end
-- An agent that has the run after all shall stop it.
if ARGV[2] == '' and field(RUN:format(run), 'delivered') and redis.call('EXISTS', SESSION:format(session)) == 1 then
  put(session, '{"type":"stop","runId":' .. text(run) .. '}')
  wanted(session)
end
return 1
