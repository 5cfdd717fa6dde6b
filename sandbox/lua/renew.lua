-- ARGV: session, epoch, lifetime in ms.
if not holds(ARGV[1], ARGV[2]) then return FENCED end
redis.call('SET', LEASE:format(ARGV[1]), ARGV[2], 'PX', ARGV[3])
return 1
