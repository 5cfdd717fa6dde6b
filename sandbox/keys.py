"""Names of everything that lies in Redis, each stated once: the Lua scripts get the same names.

A `%s` is the id of a session or of a run (or the hash of a blob).
"""

SESSION = "sandbox:session:%s"  # hash: opening, manifest, position, epoch, host, container, status, …
INBOX = "sandbox:session:%s:inbox"  # stream: what the session is told
WAKE = "sandbox:session:%s:wake"  # stream: a follower caught up, so its relay may go on
SESSION_EVENTS = "sandbox:session:%s:events"  # stream: what the session says
SESSION_EVENTS_SIZE = "sandbox:session:%s:events:size"  # string: bytes in it
SESSION_RUNS = "sandbox:session:%s:runs"  # set: runs that have not finished
LEASE = "sandbox:session:%s:lease"  # string with a lifetime: the epoch of the relay that serves
WOKEN = "sandbox:session:%s:woken"  # string with a lifetime: a wake-up is on its way

RUN = "sandbox:run:%s"  # hash: session, entry, n, seq, first, total, bytes, began, finished, …
RUN_EVENTS = "sandbox:run:%s:events"  # stream: entry id `<seq>-0`
RUN_SIZES = "sandbox:run:%s:sizes"  # list: each event's "<bytes of JSON>:<bytes of output up to it>"
RUN_STDOUT = "sandbox:run:%s:stdout"  # string: the last part of what it printed
RUN_STDERR = "sandbox:run:%s:stderr"
FOLLOWERS = "sandbox:run:%s:followers"  # hash: follower → "<bytes acknowledged>:<last heartbeat, ms>"

SENT = "sandbox:sent:%s"  # string with a lifetime: these messages are in an inbox already
BLOB = "sandbox:blob:%s"  # string with a lifetime: a file's contents

BUSY = "sandbox:busy"  # set: sessions with something to do; the keeper wakes those that nobody serves
ACTIVE = "sandbox:active"  # sorted set: sessions with a container by the time (ms) they were last used
DEADLINES = "sandbox:deadlines"  # sorted set: live runs by the time (ms) at which they must be over
QUEUE = "sandbox:queue"  # sorted set: sessions that wait for room, by arrival (ms)
STRANDED = "sandbox:queue:stranded"  # hash: those of the queue that no host could take, were it empty → why
QUEUE_CLOCK = "sandbox:queue:clock"  # string: how far the queue has come, see turns.Clock
RECORDS = "sandbox:records"  # stream: what must reach the database
RECORDER = "recorder"  # its consumer group

POOL = "sandbox:pool"  # string: hosts and toolchains, as the database knows them
FIGURES = "sandbox:figures"  # hash: host → its figures
FREE = "sandbox:free"  # sorted set: hosts that take sessions by the bytes of memory that they have free
HISTORY = "sandbox:host:%s:history"  # list: samples of its figures, the newest first
ASKED = "sandbox:asked"  # list: preflights that the service wants of a keeper
ANSWER = "sandbox:answer:%s"  # list with a lifetime: the answer to one of them
BUILDER = "sandbox:builder"  # string with a lifetime: there is one
BUILDS = "sandbox:builds"  # hash: variant of a toolchain → how far it is
BUILDS_WANTED = "sandbox:builds:wanted"  # list: those that somebody asked for
BEREFT = "sandbox:bereft"  # hash: session that an empty Redis did not know → when its container was removed
WORKERS = "sandbox:workers"  # hash: worker → its last sign of life
UNSERVED = (
    "sandbox:unserved"  # string with a lifetime: since when (Unix time) some session waits for a worker
)
ACCEPTED = "sandbox:accepted"  # hash: host → what its self-test found
KEEPERS = "sandbox:keepers"  # sorted set: keepers by the time (ms) until which they live
KEEPER = "sandbox:keeper"  # string with a lifetime: the one that leads
KEPT = "sandbox:host:%s:keeper"  # string with a lifetime: the one that keeps the host
SEEN = "sandbox:seen"  # hash: host → what its keeper saw there, see seen.HostSeen
PROMISED = "sandbox:promised"  # hash: host → "<bytes of memory> <CPUs>" of its sessions' limits
RESTING = "sandbox:resting"  # hash: host → cores that its sessions burned lately and may burn again
NEEDED = "sandbox:queue:needed"  # string with a lifetime: memory that the largest of those that wait lacks
LOSS = "sandbox:loss"  # string: the name of what left Redis empty; who notices first gives it
BUILT = "sandbox:built"  # string: the keeper compared Redis with the engines since Redis was last empty

SESSIONS = "sandbox:sessions"  # hash: session with a container → its figures
SHARES = "sandbox:shares"  # hash: user → what their sessions have on each host
BURNED = "sandbox:burned"  # hash: user → the CPU seconds that they burned lately, see weights.Recent
WEIGHTS = "sandbox:weights"  # hash: user who burned something lately → the least of their CPU weights
DEMAND = "sandbox:demand"  # hash: "<host> <kind>" → sessions that came since the keeper last looked
RESERVED = "sandbox:host:%s:reserved"  # hash: session → "<bytes of memory>:<holds until, ms>:<user>"
FAILED = "sandbox:host:%s:failed:%s"  # hash with a lifetime, by host and toolchain: see failures
WARM = "sandbox:host:%s:warm:%s"  # sorted set by host and kind: names of ready containers by age
REFILL = "sandbox:refill"  # channel: hosts that a warm container was just taken from
