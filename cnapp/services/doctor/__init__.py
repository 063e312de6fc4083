"""The doctor: names each fault of the guards and of the rows, and changes nothing."""

from cnapp.services.doctor.guards import guard_faults, missing_guards
from cnapp.services.doctor.rows import row_faults

__all__ = ["guard_faults", "missing_guards", "row_faults"]
