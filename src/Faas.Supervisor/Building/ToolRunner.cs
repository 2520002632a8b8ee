using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Faas.Cgroups;
using Faas.Seccomp;
using Faas.Supervisor.Functions;
using Faas.Supervisor.Functions.Interop;

namespace Faas.Supervisor.Building;

/// <summary>
/// Runs compilers: limited in time, memory, output and number, in a sandbox where the machine allows one, and never
/// outliving this process. Thread-safe.
/// </summary>
internal sealed class ToolRunner : IDisposable
{
    /// <summary>Diagnostics past this are cut: an answer should stay readable.</summary>
    internal const int MaxOutputBytes = 32 * 1024;

    // 128 + signal, as shells and bubblewrap tell it.
    private const int LeastSignalExitCode = 129;

    // What LLVM's tools say when one of their parts has crashed; their own exit code is 1 then.
    private const string LlvmCrash = "PLEASE submit a bug report";

    /// <summary>Processes and threads of one tool: Go starts a compiler for each processor, each with a dozen threads.</summary>
    private const int MaxProcesses = 1024;

    /// <summary>Open files of each of a tool's processes: a limit of its own, since the server's may be used up by the server's own need.</summary>
    private const int MaxOpenFiles = 4096;

    private const string SystemPath = "/usr/local/bin:/usr/bin:/bin";

    // After the kill only the kernel stands between us and the end of the pipes.
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(5);

    private readonly CompileGate _turns;
    private readonly DataDirectory _data;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly string? _bubblewrap;
    private readonly string? _limiter;
    private readonly string? _sessionStarter;
    private readonly string? _privilegeSetter;
    private readonly string? _groups;
    private readonly Lock _gate = new();
    private Task<string?>? _sandboxProblem; // under _gate
    private string? _told;

    /// <param name="data">Where the tools' folders are.</param>
    /// <param name="search">Finds programs.</param>
    /// <param name="time">For limits.</param>
    /// <param name="logger">For what is missing.</param>
    /// <param name="groups">The folder of cgroups (<see cref="CgroupTree.Groups"/>); null where there are none.</param>
    internal ToolRunner(DataDirectory data, ToolSearch search, TimeProvider time, ILogger logger, string? groups = null)
    {
        _groups = groups;
        _turns = new CompileGate(Environment.ProcessorCount, time);
        _data = data;
        _time = time;
        _logger = logger;
        _bubblewrap = search.Find("bwrap");
        _limiter = search.Find("prlimit");
        _sessionStarter = search.Find("setsid");
        _privilegeSetter = search.Find("setpriv");
    }

    /// <summary>Whether tools are shut in.</summary>
    internal async Task<bool> IsSandboxedAsync() => await SandboxProblemAsync() is null;

    /// <summary>
    /// Why tools are not shut in; null when they are. Found out by doing it (20 ms), until it has once worked: a sandbox that
    /// a full disk or a lack of processes kept from being tried must not be missing until the next start.
    /// </summary>
    internal Task<string?> SandboxProblemAsync()
    {
        lock (_gate)
        {
            if (_sandboxProblem is not { } known || (known.IsCompleted && !(known.IsCompletedSuccessfully && known.Result is null)))
            {
                _sandboxProblem = known = Task.Run(ProbeSandboxAsync);
            }

            return known;
        }
    }

    /// <summary>Runs a tool, shut in where possible.</summary>
    /// <exception cref="StorageFailedException">The system has no descriptor, process or memory left to start it with: that says nothing of the tool.</exception>
    internal async Task<ToolResult> RunAsync(ToolCommand command, CancellationToken cancellationToken)
    {
        var sandboxed = await IsSandboxedAsync().WaitAsync(cancellationToken);
        using var turn = await _turns.EnterAsync(command.Owner, cancellationToken);
        var result = await RunAsync(command, sandboxed, cancellationToken);

        // Killed by somebody else, or crashed, as linkers do on a disk that is full for a moment: that says nothing of the source. Once more,
        // since what the source is the reason for happens again.
        return HasCrashed(result) ? await RunAsync(command, sandboxed, cancellationToken) : result;
    }

    private static bool HasCrashed(ToolResult result) =>
        result.End == ToolEnd.Exited
        && (result.ExitCode >= LeastSignalExitCode || result.Output.Contains(LlvmCrash, StringComparison.Ordinal));

    public void Dispose() => _turns.Dispose();

    private async Task<string?> ProbeSandboxAsync()
    {
        if (_bubblewrap is null)
        {
            return Tell("bubblewrap is not installed");
        }

        if (!SeccompFilter.IsAvailable)
        {
            BuildingLog.NoFilter(_logger);
        }

        var folder = _data.CreateTemporaryFolder("probe");
        try
        {
            var command = new ToolCommand { Executable = "/usr/bin/env", Arguments = ["true"], Folder = folder, TimeLimit = TimeSpan.FromSeconds(10) };
            var result = await RunAsync(command, sandboxed: true, CancellationToken.None);
            if (result.IsSuccess)
            {
                return null;
            }

            var said = result.Output.AsSpan().Trim();
            var end = said.IndexOf('\n');
            var problem = $"bubblewrap does not work here ({(end < 0 ? said : said[..end])})";
            return Tell(problem);
        }
        finally
        {
            FunctionFolder.TryRemove(folder);
        }
    }

    /// <summary>Once a problem, however often it is met.</summary>
    private string Tell(string problem)
    {
        if (Interlocked.Exchange(ref _told, problem) != problem)
        {
            BuildingLog.NoSandbox(_logger, problem);
        }

        return problem;
    }

    private async Task<ToolResult> RunAsync(ToolCommand command, bool sandboxed, CancellationToken cancellationToken)
    {
        foreach (var folder in command.WritableFolders)
        {
            Directory.CreateDirectory(folder, DataDirectory.FolderMode);
        }

        using var limit = new CancellationTokenSource(command.TimeLimit, _time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        var exited = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        // A compiler's parts each have the limit; together they get twice as much, and what they write.
        using var group = Cgroup.TryCreate(_groups, (2 * command.MemoryBytes) + command.FileBytes, MaxProcesses, endsTogether: true);
        var info = StartInfo(command, sandboxed, group);

        Process process;
        try
        {
            // A thread of its own for as long as the tool runs: "die with parent" means the thread that started it.
            new Thread(() => StartAndWait(info, started, exited)) { IsBackground = true, Name = "compiler" }.Start();
            process = await started.Task;
        }
        catch (Win32Exception exception) when (IsOfTheProgram(exception.NativeErrorCode))
        {
            return new ToolResult(ToolEnd.CannotStart, -1, exception.Message);
        }
        catch (Exception exception) when (exception is Win32Exception or IOException or OutOfMemoryException)
        {
            // Out of memory is also how .NET says that a thread got no descriptor.
            throw new StorageFailedException($"start {Path.GetFileName(command.Executable)}", exception);
        }

        using (process)
        {
            // Read as streams, they are not the process' to close: their descriptors would stay until the garbage collector runs.
            using var standardOutput = process.StandardOutput;
            using var standardError = process.StandardError;
            process.StandardInput.Close();
            var output = new CappedOutput(MaxOutputBytes);
            var reading = Task.WhenAll(
                output.DrainAsync(standardOutput.BaseStream),
                output.DrainAsync(standardError.BaseStream));
            using (stop.Token.UnsafeRegister(_ => Kill(process, sandboxed), null))
            {
                var exitCode = await exited.Task;
                Kill(process, sandboxed, onlyGroup: true); // What it left behind would keep the pipes open.
                await reading.WaitAsync(s_grace, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                cancellationToken.ThrowIfCancellationRequested();
                var end = limit.IsCancellationRequested ? ToolEnd.TimedOut : ToolEnd.Exited;
                return new ToolResult(end, exitCode, WithoutPaths(output.ToString(), command.Folder));
            }
        }
    }

    /// <summary>Whether starting failed for what the program is, and will fail again; otherwise the system had nothing left to start it with.</summary>
    internal static bool IsOfTheProgram(int error) =>
        error is PosixNativeMethods.ENOENT or PosixNativeMethods.EACCES or PosixNativeMethods.ENOEXEC or PosixNativeMethods.ENOTDIR;

    private static void StartAndWait(ProcessStartInfo info, TaskCompletionSource<Process> started, TaskCompletionSource<int> exited)
    {
        Process process;
        try
        {
            process = Process.Start(info)!;
        }
#pragma warning disable CA1031 // Handed to the awaiting caller, which decides.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            started.SetException(exception);
            return;
        }

        started.SetResult(process);
        process.WaitForExit();
        exited.SetResult(process.ExitCode);
    }

    private ProcessStartInfo StartInfo(ToolCommand command, bool sandboxed, Cgroup? group)
    {
        var environment = new Dictionary<string, string>(command.Environment)
        {
            ["PATH"] = SystemPath,
            ["HOME"] = sandboxed ? "/tmp" : command.Folder,
            ["TMPDIR"] = sandboxed ? "/tmp" : command.Folder,
            ["LANG"] = "C.UTF-8",
        };
        List<string> line = [];
        if (!sandboxed && _sessionStarter is not null)
        {
            line.Add(_sessionStarter);
            if (_privilegeSetter is not null)
            {
                line.AddRange([_privilegeSetter, "--pdeathsig", "KILL", "--no-new-privs"]);
            }
        }

        if (_limiter is not null)
        {
            var seconds = (long)Math.Ceiling(command.TimeLimit.TotalSeconds) * Math.Max(1, Environment.ProcessorCount);
            line.AddRange(
            [
                _limiter,
                string.Create(CultureInfo.InvariantCulture, $"--data={command.MemoryBytes}"),
                string.Create(CultureInfo.InvariantCulture, $"--fsize={command.FileBytes}"),
                string.Create(CultureInfo.InvariantCulture, $"--cpu={seconds}"),
                string.Create(CultureInfo.InvariantCulture, $"--nofile={Math.Min(MaxOpenFiles, HardOpenFiles())}"),
                "--core=0",
            ]);
        }

        var filterFile = sandboxed ? FilterFile() : null;
        if (sandboxed)
        {
            line.Add(_bubblewrap!);
            line.AddRange(ToolSandbox.Arguments(command, _data.Root, environment, filters: filterFile is not null));
        }

        line.Add(command.Executable);
        line.AddRange(command.Arguments);
        if (filterFile is not null)
        {
            line = ToolSandbox.WithFilter(filterFile, line);
        }

        line = [.. group?.Joining ?? [], .. line];
        var info = new ProcessStartInfo(line[0], line.Skip(1))
        {
            WorkingDirectory = command.Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        info.Environment.Clear();
        foreach (var (name, value) in environment)
        {
            info.Environment[name] = value;
        }

        return info;
    }

    /// <summary>What may be asked for at most without privileges.</summary>
    private static unsafe ulong HardOpenFiles()
    {
        ResourceLimit limit;
        return PosixNativeMethods.getrlimit(PosixNativeMethods.RLIMIT_NOFILE, &limit) == 0 ? limit.Maximum : MaxOpenFiles;
    }

    /// <summary>The filter of system calls as a file of the cache, made again whenever it is not there; null where there is none.</summary>
    private string? FilterFile()
    {
        if (SeccompFilter.For(FilterUse.Guest) is not { } filter)
        {
            return null;
        }

        // Named after its content, so that an older version's is not taken for it.
        var folder = Directory.CreateDirectory(Path.Combine(_data.Cache, "sandbox"), DataDirectory.FolderMode).FullName;
        var file = Path.Combine(folder, $"{Convert.ToHexStringLower(SHA256.HashData(filter))}.bpf");
        if (!File.Exists(file))
        {
            var written = $"{file}.{RandomNumberGenerator.GetHexString(16, lowercase: true)}";
            File.WriteAllBytes(written, filter);
            File.Move(written, file, overwrite: true);
        }

        return file;
    }

    /// <summary>In the sandbox the pid namespace ends with bubblewrap; outside, the tool leads a process group.</summary>
    private void Kill(Process process, bool sandboxed, bool onlyGroup = false)
    {
        if (!sandboxed && _sessionStarter is not null)
        {
            _ = PosixNativeMethods.kill(-process.Id, PosixNativeMethods.SIGKILL);
        }
        else if (!onlyGroup)
        {
            process.Kill();
        }
    }

    private static string WithoutPaths(string output, string folder) =>
        output.Replace(ToolSandbox.InnerFolder + "/", "", StringComparison.Ordinal)
            .Replace(folder + "/", "", StringComparison.Ordinal)
            .Replace(folder, ".", StringComparison.Ordinal);
}
