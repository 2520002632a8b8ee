using System.Diagnostics;
using System.Globalization;
using Faas.Cgroups;
using Faas.Supervisor.Options;

namespace Faas.Supervisor.Workers;

/// <summary>How a worker process is started: program, arguments, and the few variables it gets.</summary>
internal sealed class WorkerLaunch(SupervisorOptions options, SpawnerThread spawner, LastingListener listener, CgroupTree? groups, ILogger logger) : IWorkerLauncher
{
    private const string TokenVariable = "MINIFAAS_WORKER_TOKEN";

    // What interpreters and engine libraries need to be found; nothing else of the operator's environment goes further.
    private static readonly string[] s_passedOn = ["PATH", "LANG", "WASMER_DIR", "LD_LIBRARY_PATH"];

    public string Program { get; } = ProgramOf(options);

    /// <summary>The worker program: as given, or beside this one.</summary>
    public static string ProgramOf(SupervisorOptions options) =>
        options.WorkerPath ?? Path.Combine(AppContext.BaseDirectory, "faas-worker");

    /// <summary>What every process with an engine in it is told, whether it serves or compiles.</summary>
    public static IReadOnlyDictionary<string, string> BackendSettings(SupervisorOptions options)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        if (options.WasmCApiLibrary is { } library)
        {
            settings["wasm-c-api-lib"] = library;
        }
        else if (Environment.GetEnvironmentVariable("WASMER_DIR") is { Length: > 0 } folder &&
            Path.GetFullPath(Path.Combine(folder, "lib", "libwasmer.so")) is var found && File.Exists(found))
        {
            // By name, since the compiling process sees no more of the disk than it is told of.
            settings["wasm-c-api-lib"] = found;
        }

        return settings;
    }

    public async Task<IWorkerProcess> StartAsync(int index, string token)
    {
        if (await listener.EnsureAsync())
        {
            WorkersLog.FolderMadeAgain(logger, options.RuntimeDirectory);
        }

        var scratch = ScratchDirectory(index);
        CleanUp(index);
        Directory.CreateDirectory(scratch, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var info = new ProcessStartInfo(Program)
        {
            RedirectStandardError = true,
            WorkingDirectory = scratch,
        };
        info.ArgumentList.Add("serve");
        Add("address", listener.Address);
        Add("transport", options.Transport);
        Add("index", index.ToString(CultureInfo.InvariantCulture));
        Add("slots", options.Slots.ToString(CultureInfo.InvariantCulture));
        Add("backend", options.BackendOf(index));
        Add("parent", Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        Add("scratch", scratch);
        foreach (var (name, value) in BackendSettings(options))
        {
            Add("set-" + name, value);
        }

        Add("set-guests", options.Guests.ToString(CultureInfo.InvariantCulture));
        Add("set-guest-idle", options.GuestIdle.TotalSeconds.ToString(CultureInfo.InvariantCulture));
        if (options.RequireSandbox)
        {
            Add("set-require-sandbox", "true");
        }

        if (groups is not null)
        {
            Add("set-cgroups", groups.Groups);
        }

        info.Environment.Clear();
        foreach (var name in s_passedOn)
        {
            if (Environment.GetEnvironmentVariable(name) is { } value)
            {
                info.Environment[name] = value;
            }
        }

        info.Environment[TokenVariable] = token;
        // glibc gives each thread its own heap; two are plenty for slots that hardly use malloc (mallopt(3)).
        info.Environment["MALLOC_ARENA_MAX"] = "2";
        try
        {
            return new WorkerProcess(await spawner.StartAsync(info), line => WorkersLog.WorkerSaid(logger, index, line));
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw new IOException($"{Program} cannot be started: {exception.Message}", exception);
        }

        void Add(string name, string value)
        {
            info.ArgumentList.Add("--" + name);
            info.ArgumentList.Add(value);
        }
    }

    /// <summary>Removes what a worker that has ended leaves behind: its private folder, and its guests' groups.</summary>
    public void CleanUp(int index)
    {
        groups?.Sweep();
        try
        {
            Directory.Delete(ScratchDirectory(index), recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // There was none.
        }
    }

    private string ScratchDirectory(int index) => RuntimeDirectory.WorkerFolder(options.RuntimeDirectory, index);

    /// <summary>What an operator can do when a worker does not start.</summary>
    public string Remedy(string reason) =>
        !File.Exists(Program) ? "build it with ./scripts/build, or name it with --worker-path PATH"
        : reason.Contains("backend", StringComparison.OrdinalIgnoreCase) ? "choose another with --backend, or install the engine (docs/INSTALL_WASMER.md)"
        : $"run '{Program} serve' by hand to see what it says";
}
