-- ARGV: session, epoch, what is gone of what its programs wrote, as JSON.
if not holds(ARGV[1], ARGV[2]) then return FENCED end
redis.call('HSET', SESSION:format(ARGV[1]), 'left_out', ARGV[3])
return 1
