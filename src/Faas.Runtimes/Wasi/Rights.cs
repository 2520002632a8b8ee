namespace Faas.Runtimes.Wasi;

/// <summary>What a descriptor may be used for. WASI preview 1, <c>rights</c>.</summary>
[Flags]
internal enum Rights : ulong
{
    None = 0,
    DataSync = 1UL << 0,
    Read = 1UL << 1,
    Seek = 1UL << 2,
    SetFlags = 1UL << 3,
    Sync = 1UL << 4,
    Tell = 1UL << 5,
    Write = 1UL << 6,
    Advise = 1UL << 7,
    Allocate = 1UL << 8,
    CreateDirectory = 1UL << 9,
    CreateFile = 1UL << 10,
    LinkSource = 1UL << 11,
    LinkTarget = 1UL << 12,
    OpenPath = 1UL << 13,
    ReadDirectory = 1UL << 14,
    ReadLink = 1UL << 15,
    RenameSource = 1UL << 16,
    RenameTarget = 1UL << 17,
    PathGetStat = 1UL << 18,
    PathSetSize = 1UL << 19,
    PathSetTimes = 1UL << 20,
    GetStat = 1UL << 21,
    SetSize = 1UL << 22,
    SetTimes = 1UL << 23,
    Symlink = 1UL << 24,
    RemoveDirectory = 1UL << 25,
    UnlinkFile = 1UL << 26,
    Poll = 1UL << 27,
    SocketShutdown = 1UL << 28,
    SocketAccept = 1UL << 29,

    /// <summary>Every right of the specification.</summary>
    All = (1UL << 30) - 1,

    /// <summary>What applies to standard input.</summary>
    StandardInput = Read | SetFlags | GetStat | Poll,

    /// <summary>What applies to standard output and standard error.</summary>
    StandardOutput = Write | SetFlags | GetStat | Poll | DataSync | Sync,

    /// <summary>What applies to a regular file.</summary>
    File = DataSync | Read | Seek | SetFlags | Sync | Tell | Write | Advise | Allocate | GetStat | SetSize | SetTimes | Poll,

    /// <summary>What applies to a directory itself.</summary>
    Directory = DataSync | SetFlags | Sync | CreateDirectory | CreateFile | LinkSource | LinkTarget | OpenPath | ReadDirectory
        | ReadLink | RenameSource | RenameTarget | PathGetStat | PathSetSize | PathSetTimes | GetStat | SetTimes | Symlink
        | RemoveDirectory | UnlinkFile,

    /// <summary>What descriptors opened through the pre-opened directory may have.</summary>
    Inheritable = Directory | File,
}
