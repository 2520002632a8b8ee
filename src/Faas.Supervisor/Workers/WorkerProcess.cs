using System.ComponentModel;
using System.Diagnostics;

namespace Faas.Supervisor.Workers;

/// <summary>A worker as a child of this process.</summary>
internal sealed class WorkerProcess : IWorkerProcess
{
    private readonly Process _process;
    private readonly LastLines _lastLines = new();

    /// <param name="process">Started; owned from now on.</param>
    /// <param name="said">Is handed each line of its standard error.</param>
    public WorkerProcess(Process process, Action<string> said)
    {
        _process = process;
        Id = process.Id;
        process.ErrorDataReceived += (_, line) => _lastLines.Add(line.Data, said);
        process.BeginErrorReadLine();
        Ended = WaitAsync();
    }

    public int Id { get; }

    public Task<int> Ended { get; }

    public string LastWords => _lastLines.ToString();

    public void Kill()
    {
        try
        {
            _process.Kill();
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception)
        {
            // It has ended by itself.
        }
    }

    public void KillTree()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It has ended by itself, or what is left of its tree cannot be reached: the guests end with their parent in any case.
        }
    }

    public void Dispose() => _process.Dispose();

    private async Task<int> WaitAsync()
    {
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }
}
