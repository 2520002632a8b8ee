using System.Globalization;
using Faas.Runtimes.Native.Lanes;
using Faas.Runtimes.Native.Processes;
using Faas.Runtimes.Native.Sandbox;

namespace Faas.Runtimes.Native.Node;

/// <summary>Starts warm Node processes (<c>host.mjs</c>).</summary>
internal static class NodeHost
{
    /// <summary>Calls in flight in one process of a handler; past it a second process is started.</summary>
    private const int HandlerLanes = 8;

    /// <summary>Starts a process; all its lanes but the returned one go to <paramref name="pool"/>.</summary>
    internal static GuestLane Start(
        Interpreter interpreter, FunctionSource source, Faas.Protocol.Contracts.InvocationLimits limits, NetworkAccess network, LanePool pool)
    {
        var language = interpreter.Language;
        var laneCount = source.Style == FunctionStyle.Handler ? HandlerLanes : 1;
        var hosts = new FileDescriptor[laneCount];
        var guests = new FileDescriptor[laneCount];
        for (var i = 0; i < laneCount; i++)
        {
            (hosts[i], guests[i]) = FileDescriptor.SocketPair(LibcNativeMethods.SOCK_STREAM);
        }

        var (errorRead, errorWrite) = FileDescriptor.Pipe();
        var (pulse, echo) = laneCount > 1 ? FileDescriptor.SocketPair(LibcNativeMethods.SOCK_STREAM) : default;
        WorkFolder? folder = null;
        try
        {
            errorWrite.SetNonBlocking(); // nobody reads before the end: what does not fit is dropped, not waited for
            folder = WorkFolder.CreateFor(interpreter);
            using var nothing = FileDescriptor.OfContent([]);
            var process = interpreter.Sandbox.Start(new GuestCommand
            {
                Arguments =
                [
                    .. language.RunDriver(interpreter.Path, interpreter.Driver.GuestPath, limits),
                    source.Style == FunctionStyle.Handler ? "handler" : "script",
                    laneCount.ToString(CultureInfo.InvariantCulture), source.File.GuestPath,
                    folder?.FullPath ?? "/tmp",
                ],
                Files = [interpreter.Driver, source.File, .. source.Others],
                BareFolder = folder?.FullPath,
                Network = network,
                DataBytes = language.BaseDataBytes + limits.MemoryBytes,
                Descriptors = [nothing.Value, errorWrite.Value, errorWrite.Value, .. guests.Select(g => g.Value), .. echo is null ? (int[])[] : [echo.Value]],
            });
            var guest = new SharedGuest(process, errorRead, pulse, laneCount, folder);
            for (var i = 1; i < laneCount; i++)
            {
                pool.Add(new GuestLane(hosts[i], guest, errorRead) { IsStarting = true });
            }

            return new GuestLane(hosts[0], guest, errorRead) { IsStarting = true };
        }
        catch
        {
            Array.ForEach(hosts, host => host.Dispose());
            errorRead.Dispose();
            pulse?.Dispose();
            folder?.Dispose();
            throw;
        }
        finally
        {
            errorWrite.Dispose();
            echo?.Dispose();
            foreach (var guest in guests)
            {
                guest.Dispose();
            }
        }
    }
}
