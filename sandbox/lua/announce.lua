-- ARGV: session, its place in the queue ('': it has none, and its runs are told nothing), status as JSON, event for its runs as JSON. Says only what is new.
local session, position = ARGV[1], ARGV[2]
if not redis.call('ZSCORE', QUEUE, session) then return 0 end
local key = SESSION:format(session)
if field(key, 'status') ~= ARGV[3] then tell_status(session, ARGV[3]) end
if position == '' then return 1 end
for _, run in ipairs(redis.call('SMEMBERS', SESSION_RUNS:format(session))) do
  if field(RUN:format(run), 'queued') ~= position then
    local state = load_numbers(run)
    add_event(run, state, ARGV[4], 0)
    save_numbers(run, state)
    redis.call('HSET', RUN:format(run), 'queued', position)
    expire_run(run, RUN_KEYS_SECONDS)
  end
end
return 1
