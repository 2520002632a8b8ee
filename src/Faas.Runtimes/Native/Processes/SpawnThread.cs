using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace Faas.Runtimes.Native.Processes;

/// <summary>
/// The one thread that starts child processes. The parent-death signal that ends every interpreter with the worker
/// (<c>PR_SET_PDEATHSIG</c>, set by bwrap and setpriv) is sent when the <em>thread</em> that started the process
/// ends; this one ends with the worker.
/// </summary>
internal static class SpawnThread
{
    private static readonly BlockingCollection<Action> s_work = [];
    private static readonly Lazy<Thread> s_thread = new(Start);

    internal static T Run<T>(Func<T> start)
    {
        _ = s_thread.Value;
        T result = default!;
        ExceptionDispatchInfo? failure = null;
        using var done = new ManualResetEventSlim();
        s_work.Add(() =>
        {
            try
            {
                result = start();
            }
#pragma warning disable CA1031 // carried over to the caller, whatever it is
            catch (Exception e)
#pragma warning restore CA1031
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
            finally
            {
                done.Set();
            }
        });
        done.Wait();
        failure?.Throw();
        return result;
    }

    private static Thread Start()
    {
        var thread = new Thread(() =>
        {
            foreach (var work in s_work.GetConsumingEnumerable())
            {
                work();
            }
        })
        {
            IsBackground = true,
            Name = "interpreter-spawn",
        };
        thread.Start();
        return thread;
    }
}
