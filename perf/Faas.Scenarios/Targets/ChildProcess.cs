using System.Diagnostics;
using System.Text;

namespace Faas.Scenarios.Targets;

/// <summary>A process of a run: started here, its output kept, ended here, or by <see cref="OrphanGuard"/> when nothing here can any more.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private static readonly TimeSpan s_endGrace = TimeSpan.FromSeconds(15); // the server's own drain is 10 s

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<string> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isForgotten;

    public ChildProcess(string file, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(file)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        _process = new Process { StartInfo = start };
        _process.Exited += (_, _) =>
        {
            Forget();
            _exited.TrySetResult();
            _listening.TrySetException(new InvalidOperationException($"{Path.GetFileName(file)} ended at its start: {Output}"));
        };
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.Start();
        Id = _process.Id;
        OrphanGuard.Started(Id);
        _process.EnableRaisingEvents = true; // only now: its end must not be told before its start
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id { get; }

    public bool HasExited => _process.HasExited;

    /// <summary>The address of the first line <c>listening http://…</c>.</summary>
    public Task<string> Listening => _listening.Task;

    /// <summary>The last of what the process wrote.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString(Math.Max(0, _output.Length - 2000), Math.Min(2000, _output.Length));
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _ = LibcNativeMethods.kill(_process.Id, LibcNativeMethods.SIGTERM);
            if (await Task.WhenAny(_exited.Task, Task.Delay(s_endGrace)) != _exited.Task)
            {
                _process.Kill(entireProcessTree: true);
            }

            await _process.WaitForExitAsync();
        }

        Forget();
        _process.Dispose();
    }

    /// <summary>Once: after it another process may have the number.</summary>
    private void Forget()
    {
        if (!Interlocked.Exchange(ref _isForgotten, true))
        {
            OrphanGuard.Ended(Id);
        }
    }

    private void Keep(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_output)
        {
            _output.AppendLine(line);
        }

        if (line.StartsWith("listening ", StringComparison.Ordinal))
        {
            _listening.TrySetResult(line["listening ".Length..].Trim());
        }
    }
}
