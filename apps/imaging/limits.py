"""What one process that decodes may take, and how it gives up everything else."""

import resource

# Address space: a picture of 40 megapixels with transparency takes 160 MB, and two or three such
# buffers while its colours are converted (measured: see README).
MEMORY_BYTES = 1024 * 1024 * 1024
# Of one picture in all its renditions; the kernel ends the process then.
CPU_SECONDS = 30
# Pictures, after which a process is replaced: a leak has no time to grow.
MOST_USES = 500
# Nobody asked for so long: the process ends, and is started again when it is needed.
IDLE_SECONDS = 60.0


def give_up_everything() -> None:
    """Open and write nothing any more, take no more memory than allowed.

    Works on the calling process, and cannot be taken back. Descriptors 0 to 2 stay.
    """
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    hard = CPU_SECONDS * (MOST_USES + 1)
    resource.setrlimit(resource.RLIMIT_CPU, (hard, hard))


def allow_one_picture() -> None:
    """Let the process compute for `CPU_SECONDS` from now on, then be ended by SIGXCPU."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = int(usage.ru_utime + usage.ru_stime) + 1
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (min(used + CPU_SECONDS, hard), hard))
