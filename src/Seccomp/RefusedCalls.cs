namespace Faas.Seccomp;

/// <summary>
/// What neither an interpreter nor a compiler needs of the kernel, and what much of the trouble with kernels came
/// from. Calls that are refused only for some of their arguments are in <see cref="ExaminedCalls"/>.
/// </summary>
internal static class RefusedCalls
{
    /// <summary>What makes namespaces: a zygote does, for its children.</summary>
    internal static readonly SystemCall[] Namespaces = [new("unshare", 272, 97), new("setns", 308, 268)];

    /// <summary>What a zygote's child puts its function's folder in place with, just before it gives up the capability for it.</summary>
    internal static readonly SystemCall[] Mounting = [new("mount", 165, 40)];

    /// <summary><see cref="Unbounded.UnmappedMemory"/></summary>
    internal static readonly SystemCall[] UnmappedMemory =
    [
        new("memfd_create", 319, 279), new("memfd_secret", 447), new("shmget", 29, 194), new("semget", 64, 190), new("msgget", 68, 186),
    ];

    /// <summary><see cref="Unbounded.Inotify"/></summary>
    internal static readonly SystemCall[] Inotify = [new("inotify_init", 253, -1), new("inotify_init1", 294, 26)];

    internal static readonly SystemCall[] Always =
    [
        // Mounts and roots: in a user namespace of one's own they open the kernel's file system code to everybody.
        new("umount2", 166, 39), new("pivot_root", 155, 41), new("chroot", 161, 51), new("open_tree", 428), new("move_mount", 429),
        new("fsopen", 430), new("fsconfig", 431), new("fsmount", 432), new("fspick", 433), new("mount_setattr", 442), new("open_tree_attr", 467),

        // Other processes' memory, descriptors and kernel objects: a process under no filter must not be borrowed.
        new("ptrace", 101, 117), new("process_vm_readv", 310, 270), new("process_vm_writev", 311, 271), new("kcmp", 312, 272),
        new("pidfd_getfd", 438),

        // Programs, counters and queues inside the kernel; and page faults held open, which make its races easy to win.
        new("bpf", 321, 280), new("perf_event_open", 298, 241), new("userfaultfd", 323, 282),
        new("io_uring_setup", 425), new("io_uring_enter", 426), new("io_uring_register", 427),

        // Keys are the user's, not the namespace's.
        new("add_key", 248, 217), new("request_key", 249, 218), new("keyctl", 250, 219),

        // Files by number instead of by path, past mounts and permissions of folders; watching a whole file system.
        new("name_to_handle_at", 303, 264), new("open_by_handle_at", 304, 265), new("fanotify_init", 300, 262),
        new("lookup_dcookie", 212, 18),

        // The caller's pages lent to pipes, and pages moved between the nodes of a machine.
        new("vmsplice", 278, 75), new("mbind", 237, 235), new("set_mempolicy", 238, 237), new("get_mempolicy", 239, 236),
        new("migrate_pages", 256, 238), new("move_pages", 279, 239), new("set_mempolicy_home_node", 450),

        // The machine: its kernel, clock, names, swap, quotas, accounting, log, ports, and calls nobody has used for decades.
        new("init_module", 175, 105), new("finit_module", 313, 273), new("delete_module", 176, 106),
        new("kexec_load", 246, 104), new("kexec_file_load", 320, 294), new("reboot", 169, 142),
        new("settimeofday", 164, 170), new("clock_settime", 227, 112), new("adjtimex", 159, 171), new("clock_adjtime", 305, 266),
        new("sethostname", 170, 161), new("setdomainname", 171, 162), new("swapon", 167, 224), new("swapoff", 168, 225),
        new("quotactl", 179, 60), new("quotactl_fd", 443), new("acct", 163, 89), new("syslog", 103, 116), new("vhangup", 153, 58),
        new("iopl", 172, -1), new("ioperm", 173, -1), new("modify_ldt", 154, -1), new("uselib", 134, -1), new("ustat", 136, -1),
        new("sysfs", 139, -1), new("_sysctl", 156, -1), new("create_module", 174, -1), new("get_kernel_syms", 177, -1),
        new("query_module", 178, -1), new("nfsservctl", 180, 42),
    ];
}
