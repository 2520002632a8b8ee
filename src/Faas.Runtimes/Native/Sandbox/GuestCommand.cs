namespace Faas.Runtimes.Native.Sandbox;

/// <summary>What shall run inside a sandbox.</summary>
internal sealed class GuestCommand
{
    /// <summary>Bytes of a private /tmp.</summary>
    internal const long DefaultTemporaryBytes = 64L << 20;

    /// <summary>Absolute path of the interpreter, then its arguments. An argument equal to a file's guest path is translated where there is no sandbox.</summary>
    internal required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>The guest's whole environment, <c>KEY=VALUE</c>.</summary>
    internal IReadOnlyList<string> Environment { get; init; } = [];

    /// <summary>Files that exist only for this guest.</summary>
    internal IReadOnlyList<GuestFile> Files { get; init; } = [];

    /// <summary>Whether the guest shares the host's network or has none.</summary>
    internal NetworkAccess Network { get; init; }

    /// <summary>Address space in bytes (RLIMIT_AS), 0 for none: V8 reserves far more than it uses.</summary>
    internal long AddressSpaceBytes { get; init; }

    /// <summary>Private writable memory in bytes (RLIMIT_DATA), 0 for none.</summary>
    internal long DataBytes { get; init; }

    /// <summary>Processes and threads (RLIMIT_NPROC, counted within the sandbox's own user namespace), 0 for none.</summary>
    internal int Processes { get; init; } = 64;

    /// <summary>Open files (RLIMIT_NOFILE).</summary>
    internal int OpenFiles { get; init; } = 256;

    /// <summary>Capacity of the private /tmp in bytes, and the largest file.</summary>
    internal long TemporaryBytes { get; init; } = DefaultTemporaryBytes;

    /// <summary>
    /// Memory that the guest and everything it starts may hold together, in bytes (memory.max), 0 for no bound: what one
    /// process may have, and a full /tmp.
    /// </summary>
    internal long GroupMemoryBytes => Math.Max(AddressSpaceBytes, DataBytes) is > 0 and var bytes ? bytes + TemporaryBytes : 0;

    /// <summary>Processes and threads of the guest and everything it starts (pids.max), 0 for no bound; with room for the launchers.</summary>
    internal int GroupProcesses => Processes > 0 ? Processes + 8 : 0;

    /// <summary>Descriptors 0, 1, 2, … of the guest.</summary>
    internal required int[] Descriptors { get; init; }

    /// <summary>Keeps CAP_SYS_ADMIN of the sandbox's own user namespace: a zygote makes a further sandbox for each child.</summary>
    internal bool MayNest { get; init; }

    /// <summary>The current folder where there is no sandbox; null for the worker's. Inside a sandbox it is /tmp.</summary>
    internal string? BareFolder { get; init; }

    /// <summary>A folder of the guest's own that it can write, beside /tmp; null for none.</summary>
    internal string? WritableFolder { get; init; }

    /// <summary>Capacity of <see cref="WritableFolder"/> in bytes.</summary>
    internal long WritableFolderBytes { get; init; }
}
