"""Several ranks on one machine that talk over pipes, where sockets are refused, too."""

from ptbasics.ranks.group import PipeGroup, pipe_group
from ptbasics.ranks.launch import RankDied, run_ranks

__all__ = ["PipeGroup", "RankDied", "pipe_group", "run_ranks"]
