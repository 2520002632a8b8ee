using System.Diagnostics;
using System.Globalization;
using System.IO.Pipes;
using System.Net;
using Faas.Scenarios.Targets;

namespace Faas.LoadTests.Chaos;

/// <summary>A server that faults are done to: its folders on a disk of its own, its standard error read or left unread.</summary>
internal sealed class ChaosServer : IAsyncDisposable
{
    public const int Workers = 4;

    /// <summary>After this time without calls interpreters end: the quiet before holdings are compared has to be longer.</summary>
    public static readonly TimeSpan GuestIdle = TimeSpan.FromSeconds(2);

    private const int ErrorPipeBytes = 4096; // the least: an unread one is soon full

    private readonly Process _process;
    private readonly StreamWriter _log;
    private readonly Task _reading;
    private readonly SemaphoreSlim _mayRead = new(1, 1);

    private ChaosServer(Process process, Uri address, string ingress, string logPath)
    {
        _process = process;
        Address = address;
        IngressPath = ingress;
        _log = new StreamWriter(logPath);
        if (process.StandardError.BaseStream is PipeStream pipe)
        {
            _ = LibcNativeMethods.fcntl(pipe.SafePipeHandle, LibcNativeMethods.F_SETPIPE_SZ, ErrorPipeBytes);
        }

        _reading = ReadErrorsAsync();
        process.OutputDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
    }

    public Uri Address { get; }

    public string IngressPath { get; }

    public int ProcessId => _process.Id;

    public bool HasExited => _process.HasExited;

    public int ExitCode => _process.ExitCode;

    public static ChaosServer Start(ChaosCombination combination, ChaosDisk disk, string? binFolder, string logPath)
    {
        var address = new IPEndPoint(IPAddress.Loopback, FaasServer.FreePort());
        var settings = new ServerSettings { Strategy = combination.Strategy, Transport = combination.Transport, Workers = Workers };
        var start = new ProcessStartInfo(Path.Combine(binFolder ?? RepositoryLayout.BinFolder, "minifaas"))
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
        };
        string[] arguments =
        [
            .. settings.ToArguments(),
            "--http", address.ToString(),
            "--data", disk.Data,
            "--runtime-dir", disk.Run,
            "--guest-idle", string.Create(CultureInfo.InvariantCulture, $"{GuestIdle.TotalMilliseconds:0}ms"),
            "--log-level", "debug",
        ];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["TMPDIR"] = disk.Temporary;
        return new ChaosServer(Process.Start(start)!, new Uri($"http://{address}"), Path.Combine(disk.Run, "ingress.sock"), logPath);
    }

    /// <summary>Nobody reads its standard error until the returned value is disposed.</summary>
    public async Task<IDisposable> LeaveErrorsUnreadAsync()
    {
        await _mayRead.WaitAsync();
        return new UnreadErrors(_mayRead);
    }

    public void Signal(int signal) => _ = LibcNativeMethods.kill(ProcessId, signal);

    /// <summary>False when it has not ended in that time.</summary>
    public async Task<bool> WaitForExitAsync(TimeSpan limit)
    {
        using var end = new CancellationTokenSource(limit);
        try
        {
            await _process.WaitForExitAsync(end.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        await _reading;
        await _log.DisposeAsync();
        _process.Dispose();
        _mayRead.Dispose();
    }

    private async Task ReadErrorsAsync()
    {
        while (true)
        {
            await _mayRead.WaitAsync();
            try
            {
                if (await _process.StandardError.ReadLineAsync() is not { } line)
                {
                    return;
                }

                await _log.WriteLineAsync(line);
            }
            finally
            {
                _mayRead.Release();
            }
        }
    }

    private sealed class UnreadErrors(SemaphoreSlim mayRead) : IDisposable
    {
        public void Dispose() => mayRead.Release();
    }
}
