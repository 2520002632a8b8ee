namespace Faas.Seccomp;

/// <summary>What is refused to a process because nothing else would bound it.</summary>
[Flags]
internal enum Unbounded
{
    Nothing = 0,

    /// <summary>
    /// Memory that a process can hold without mapping it (anonymous files, segments and queues of System V): resource
    /// limits do not count it, nor does anybody who looks at processes. Only a cgroup does.
    /// </summary>
    UnmappedMemory = 1,

    /// <summary>Instances of inotify, of which a user has 128, unless they are counted in a namespace or the user is the guest's own.</summary>
    Inotify = 2,
}
