"""A seccomp filter: system calls that no lesson needs and that weaken the other layers fail.

They fail with EPERM, so that code sees an ordinary `PermissionError`. What stays possible: files,
memory, threads, child processes, pipes and unix sockets, as DataLoader workers need them.
"""

from __future__ import annotations

import ctypes
import errno
import mmap
import signal
import socket
import struct

from ptbasics.runner.kernel import MACHINE, syscall

#: name → number on x86_64 and on aarch64 (None where that machine has no such call)
_DENIED: dict[str, tuple[int, int | None]] = {
    # other processes
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "kcmp": (312, 272),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "pidfd_send_signal": (424, 424),
    "pidfd_getfd": (438, 438),
    # leaving the process group, by which everything is killed at the end
    "setsid": (112, 157),
    "setpgid": (109, 154),
    # namespaces and mounts
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    # memory that is no part of any process, so that nobody counts it
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    # System V objects outlive their processes
    "shmget": (29, 194),
    "semget": (64, 190),
    "msgget": (68, 186),
    "mq_open": (240, 180),
    # parts of the kernel where its faults have been found
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "fanotify_init": (300, 262),
    "lookup_dcookie": (212, 18),
    "modify_ldt": (154, None),
    "personality": (135, 92),
    # the machine
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "reboot": (169, 142),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "adjtimex": (159, 171),
    "clock_adjtime": (305, 266),
    "acct": (163, 89),
    "quotactl": (179, 60),
    "syslog": (103, 116),
    "vhangup": (153, 58),
    "iopl": (172, None),
    "ioperm": (173, None),
}
_MACHINES = {"x86_64": 0, "aarch64": 1}
_ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_SOCKET, _SOCKETPAIR = (41, 198), (53, 199)
_CLONE, _CLONE3, _PRLIMIT = (56, 220), 435, (302, 261)
_MMAP, _SETSOCKOPT = (9, 222), (54, 208)
_KILL_CALL, _TKILL, _TGKILL = (62, 129), (200, 130), (234, 131)
_STOPS = (signal.SIGSTOP, signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU)
_NEGATIVE = 0x80000000
_NAMESPACE_FLAGS = 0x7E020000
_SHARED_WITHOUT_FILE = mmap.MAP_SHARED | mmap.MAP_ANONYMOUS
_X32_CALLS = 0x40000000
_SECCOMP = {"x86_64": 317, "aarch64": 277}
_SET_MODE_FILTER = 1

# classic BPF: load a word of seccomp_data; mask it; jumps; return
_LOAD, _AND, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x54, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCH, _ARGUMENTS, _ARGUMENT_BYTES = 0, 4, 16, 8
_ALLOW, _KILL = 0x7FFF0000, 0x80000000

_Instruction = tuple[int, int, int, int]


def _fail(error: int) -> _Instruction:
    return (_RETURN, 0, 0, 0x00050000 | error)


def _program() -> list[_Instruction]:
    column = _MACHINES[MACHINE]
    program: list[_Instruction] = [
        (_LOAD, 0, 0, _ARCH),
        (_EQUAL, 1, 0, _ARCHITECTURE[MACHINE]),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, 0, 1, _X32_CALLS),
        _fail(errno.EPERM),
        # the flags of clone3 lie in memory, where no filter sees them; libraries fall back to clone
        (_EQUAL, 0, 1, _CLONE3),
        _fail(errno.ENOSYS),
    ]
    for numbers in _DENIED.values():
        number = numbers[column]
        if number is not None:
            program += [(_EQUAL, 0, 1, number), _fail(errno.EPERM)]
    # what depends on one argument: the test on it ends in a jump to, or over, the failure
    only_unix = [(_EQUAL, 1, 0, int(socket.AF_UNIX))]
    only_self = [(_EQUAL, 1, 0, 0)]
    no_namespace = [(_ANY_BIT, 0, 1, _NAMESPACE_FLAGS)]
    # both keep memory that no process has mapped: an object of which all but a page has been
    # unmapped, and messages that nobody reads
    no_such_object = [(_AND, 0, 0, _SHARED_WITHOUT_FILE), (_EQUAL, 0, 1, _SHARED_WITHOUT_FILE)]
    # one question would take the others with it: no signal to all processes, nor one that stops
    *stops, last_stop = _STOPS
    no_stop = [(_EQUAL, number, 0, stop) for number, stop in zip((3, 2, 1), stops, strict=True)]
    no_stop.append((_EQUAL, 0, 1, last_stop))
    only_one = [
        (_EQUAL, 6, 0, 0),
        (_AT_LEAST, 5, 0, _NEGATIVE),
        (_LOAD, 0, 0, _ARGUMENTS + _ARGUMENT_BYTES),
        *no_stop,
    ]
    no_larger_buffer = [(_EQUAL, 0, 1, int(socket.SO_SNDBUF))]
    for numbers, argument, test in (
        (_SOCKET, 0, only_unix),
        (_SOCKETPAIR, 0, only_unix),
        (_PRLIMIT, 0, only_self),
        (_CLONE, 0, no_namespace),
        (_MMAP, 3, no_such_object),
        (_SETSOCKOPT, 2, no_larger_buffer),
        (_KILL_CALL, 0, only_one),
        (_TKILL, 1, no_stop),
        (_TGKILL, 2, no_stop),
    ):
        program += [
            (_EQUAL, 0, len(test) + 3, numbers[column]),
            (_LOAD, 0, 0, _ARGUMENTS + argument * _ARGUMENT_BYTES),
            *test,
            _fail(errno.EPERM),
            (_RETURN, 0, 0, _ALLOW),
        ]
    return [*program, (_RETURN, 0, 0, _ALLOW)]


def install() -> None:
    """Filter this process and its children, for good.

    Raises:
        OSError: this kernel or machine has no seccomp filters. `PR_SET_NO_NEW_PRIVS` must be set.
    """
    if MACHINE not in _MACHINES:
        raise OSError(f"no list of system calls for {MACHINE}")
    packed = b"".join(struct.pack("HBBI", *instruction) for instruction in _program())
    code = ctypes.create_string_buffer(packed, len(packed))
    # struct sock_fprog: a count, padding, the address of the instructions
    program = struct.pack("HxxxxxxQ", len(packed) // 8, ctypes.addressof(code))
    syscall(_SECCOMP[MACHINE], ctypes.c_uint(_SET_MODE_FILTER), ctypes.c_uint(0), program)
