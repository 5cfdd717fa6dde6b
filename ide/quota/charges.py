"""Who pays what: CPU by the engines' figures, one-shots by their end, and nothing for what was our fault.

Charged ── the difference to the container's last total ──► its session's runs of that time ──► the user's day
a one-shot's end ── what it measured itself, as far as no engine's figure came in time ──► the same
internal_error, host_lost ──► run and CPU are given back, some a day
no room in time ──► the run is given back; what its container used after all is paid
"""

from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from ide.models import Meter, Run, Usage
from sandbox.limits import MOST_CPUS
from sandbox.messages import Charged

OUR_FAULTS = (Run.Outcome.INTERNAL_ERROR, Run.Outcome.HOST_LOST)
FAULTS_A_DAY = 10  # given back to one user: a program that ends its own agent looks like a lost host
FIRST = timedelta(seconds=5)  # a container's first total is of a time not longer than this
LATE = timedelta(seconds=5)  # by which figures may be younger or older than the record that tells them


@transaction.atomic
def charge(record: Charged) -> None:
    """What the container used since it was last charged; what it used before it had an owner is nobody's."""
    at = datetime.fromtimestamp(record.at, UTC)
    rows = Meter.objects.select_for_update()
    meter, _ = rows.get_or_create(pk=record.container[:80], defaults={"at": at - FIRST})
    used, since = record.cpu_seconds - meter.cpu_seconds, meter.at
    if used <= 0:
        return
    meter.cpu_seconds, meter.at = record.cpu_seconds, at
    meter.save()
    if record.owner is None:
        return
    # A host's figures are its own word: no container can have used more than there was.
    used = min(used, MOST_CPUS * (at - since + LATE).total_seconds())
    runs = _runs_between(record.session_id, since, at)
    if not runs:
        Usage.charge(int(record.owner.removeprefix("u")), cpu_seconds=used)
    for run in runs:
        run.metered_seconds += used / len(runs)
        _pay(run, run.metered_seconds)


def settle(run: Run) -> None:
    """A one-shot has ended: its container may have come and gone between two looks of the keeper."""
    _pay(run, max(run.metered_seconds, run.cpu_seconds))


@transaction.atomic
def give_back(run_id: str) -> None:
    """The run counts no more, in no quota; its CPU that is still to be charged will not be."""
    run = Run.objects.select_for_update().filter(pk=run_id, counted=True).first()
    if run is None or _faults_before(run) >= FAULTS_A_DAY:
        return
    Usage.give_back(run.user_id, run.created_at, run.charged_seconds)
    run.counted, run.charged_seconds = False, 0.0
    run.save(update_fields=["counted", "charged_seconds"])


@transaction.atomic
def uncount(run_id: str) -> None:
    """The run found no room: it counts no more. It used nothing then, so its CPU needs no giving back."""
    run = Run.objects.select_for_update().filter(pk=run_id, counted=True).first()
    if run is None:
        return
    Usage.give_back(run.user_id, run.created_at, cpu_seconds=0.0)
    run.counted = False
    run.save(update_fields=["counted"])


def _faults_before(run: Run) -> int:
    """How many runs of its day were given back to the user as faults; 0 for a run that is none."""
    if run.outcome not in OUR_FAULTS:
        return 0
    day = Run.objects.filter(user_id=run.user_id, created_at__date=run.created_at.date())
    return day.filter(outcome__in=OUR_FAULTS, counted=False).count()


def _runs_between(session_id: str | None, since: datetime, until: datetime) -> list[Run]:
    """A container that came and went with a run is this run's, whenever its last figures come."""
    own = Q(started_at__lt=until) & (Q(ended_at=None) | Q(ended_at__gt=since))
    runs = Run.objects.select_for_update().filter(Q(pk=session_id) | own, session_id=session_id)
    columns = ("user_id", "counted", "outcome", "metered_seconds", "charged_seconds")
    return list(runs.order_by("pk").only(*columns))


def _pay(run: Run, owed: float) -> None:
    due = owed - run.charged_seconds
    if due > 0 and (run.counted or run.outcome == Run.Outcome.STOPPED):
        Usage.charge(run.user_id, cpu_seconds=due)
        run.charged_seconds += due
    run.save(update_fields=["metered_seconds", "charged_seconds"])
