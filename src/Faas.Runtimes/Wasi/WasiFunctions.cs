namespace Faas.Runtimes.Wasi;

/// <summary>
/// The functions of WASI preview 1 by name and signature. Specification: WASI, <c>wasi_snapshot_preview1</c>
/// (phases/snapshot/docs.md and witx); the module is closed, so this table is complete.
/// </summary>
public static unsafe class WasiFunctions
{
    /// <summary>Module name of the imports.</summary>
    public const string ModuleName = "wasi_snapshot_preview1";

    /// <summary>Module name of preview 0.</summary>
    public const string UnstableModuleName = "wasi_unstable";

    /// <summary>Result of a call after which the guest must be ended now.</summary>
    public const int Terminate = -1;

    // One letter a parameter: i = i32, l = i64.
    private static readonly WasiFunction[] s_all =
    [
        new("args_get", "ii", &ArgumentFunctions.ArgsGet),
        new("args_sizes_get", "ii", &ArgumentFunctions.ArgsSizesGet),
        new("environ_get", "ii", &ArgumentFunctions.EnvironGet),
        new("environ_sizes_get", "ii", &ArgumentFunctions.EnvironSizesGet),
        new("clock_res_get", "ii", &ClockFunctions.ClockResGet),
        new("clock_time_get", "ili", &ClockFunctions.ClockTimeGet),
        new("fd_advise", "illi", &FileFunctions.FdAdvise),
        new("fd_allocate", "ill", &FileFunctions.FdAllocate),
        new("fd_close", "i", &DescriptorFunctions.FdClose),
        new("fd_datasync", "i", &FileFunctions.FdDatasync),
        new("fd_fdstat_get", "ii", &DescriptorFunctions.FdFdstatGet),
        new("fd_fdstat_set_flags", "ii", &DescriptorFunctions.FdFdstatSetFlags),
        new("fd_fdstat_set_rights", "ill", &DescriptorFunctions.FdFdstatSetRights),
        new("fd_filestat_get", "ii", &StatFunctions.FdFilestatGet),
        new("fd_filestat_set_size", "il", &FileFunctions.FdFilestatSetSize),
        new("fd_filestat_set_times", "illi", &StatFunctions.FdFilestatSetTimes),
        new("fd_pread", "iiili", &ReadWriteFunctions.FdPread),
        new("fd_prestat_get", "ii", &DescriptorFunctions.FdPrestatGet),
        new("fd_prestat_dir_name", "iii", &DescriptorFunctions.FdPrestatDirName),
        new("fd_pwrite", "iiili", &ReadWriteFunctions.FdPwrite),
        new("fd_read", "iiii", &ReadWriteFunctions.FdRead),
        new("fd_readdir", "iiili", &DirectoryFunctions.FdReaddir),
        new("fd_renumber", "ii", &DescriptorFunctions.FdRenumber),
        new("fd_seek", "ilii", &SeekFunctions.FdSeek),
        new("fd_sync", "i", &FileFunctions.FdSync),
        new("fd_tell", "ii", &SeekFunctions.FdTell),
        new("fd_write", "iiii", &ReadWriteFunctions.FdWrite),
        new("path_create_directory", "iii", &PathFunctions.PathCreateDirectory),
        new("path_filestat_get", "iiiii", &StatFunctions.PathFilestatGet),
        new("path_filestat_set_times", "iiiilli", &StatFunctions.PathFilestatSetTimes),
        new("path_link", "iiiiiii", &PathFunctions.PathLink),
        new("path_open", "iiiiillii", &OpenFunctions.PathOpen),
        new("path_readlink", "iiiiii", &PathFunctions.PathReadlink),
        new("path_remove_directory", "iii", &PathFunctions.PathRemoveDirectory),
        new("path_rename", "iiiiii", &PathFunctions.PathRename),
        new("path_symlink", "iiiii", &PathFunctions.PathSymlink),
        new("path_unlink_file", "iii", &PathFunctions.PathUnlinkFile),
        new("poll_oneoff", "iiii", &PollFunctions.PollOneoff),
        new("proc_exit", "i", &ProcessFunctions.ProcExit, returnsErrno: false),
        new("proc_raise", "i", &ProcessFunctions.ProcRaise),
        new("random_get", "ii", &ProcessFunctions.RandomGet),
        new("sched_yield", "", &ProcessFunctions.SchedYield),
        new("sock_accept", "iii", &SocketFunctions.NotSocket),
        new("sock_recv", "iiiiii", &SocketFunctions.NotSocket),
        new("sock_send", "iiiii", &SocketFunctions.NotSocket),
        new("sock_shutdown", "ii", &SocketFunctions.NotSocket),
    ];

    /// <summary>Every function of <see cref="ModuleName"/>, in the order of the specification.</summary>
    public static ReadOnlySpan<WasiFunction> All => s_all;

    // Same length and order as s_all.
    private static readonly WasiFunction[] s_unstable = Replace(
        new("fd_filestat_get", "ii", &UnstableFunctions.FdFilestatGet),
        new("fd_seek", "ilii", &UnstableFunctions.FdSeek),
        new("path_filestat_get", "iiiii", &UnstableFunctions.PathFilestatGet),
        new("poll_oneoff", "iiii", &UnstableFunctions.PollOneoff));

    /// <summary>Every function of <see cref="UnstableModuleName"/>, in the same order as <see cref="All"/>: four differ.</summary>
    public static ReadOnlySpan<WasiFunction> Unstable => s_unstable;

    private static WasiFunction[] Replace(params ReadOnlySpan<WasiFunction> different)
    {
        WasiFunction[] functions = [.. s_all];
        foreach (var function in different)
        {
            functions[Array.FindIndex(functions, f => f.Name == function.Name)] = function;
        }

        return functions;
    }
}
