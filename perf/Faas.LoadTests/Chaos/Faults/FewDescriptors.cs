using Faas.Scenarios.Targets;

namespace Faas.LoadTests.Chaos.Faults;

/// <summary>The supervisor or one worker may open only a few more files and sockets for a while.</summary>
internal sealed class FewDescriptors : IChaosFault
{
    private readonly bool _ofWorker;

    public FewDescriptors(bool ofWorker) => _ofWorker = ofWorker;

    public string Name => _ofWorker ? "few descriptors in a worker" : "few descriptors";

    public int Weight => 1;

    public async Task DoAsync(FaultContext context, Random random)
    {
        var workers = VictimCatalog.WorkersOf(context.Server.ProcessId);
        var room = random.Next(1, 8);
        var length = TimeSpan.FromMilliseconds(random.Next(500, 3000));
        if (_ofWorker && workers.Count == 0)
        {
            return;
        }

        var id = _ofWorker ? workers[random.Next(workers.Count)] : context.Server.ProcessId;
        using var fault = context.Journal.Begin(Name, $"{room} more in {id}", _ofWorker ? FaultExcuses.NoDescriptorsInWorker : FaultExcuses.NoDescriptors);
        using (_ofWorker ? null : context.Clock.Excuse()) // a connection that cannot be accepted waits until it can
        {
            if (Limit(id, room) is not { } before)
            {
                return; // it has just ended
            }

            await Task.Delay(length);
            Restore(id, before);
        }

        await context.RecoverAsync(Name, context.Clock.Now);
        await WorkersTruth.WaitUntilReadyAsync(context, TimeSpan.FromSeconds(20));
    }

    private static unsafe LibcNativeMethods.ResourceLimit? Limit(int id, int room)
    {
        LibcNativeMethods.ResourceLimit before;
        try
        {
            var highest = Directory.GetFiles($"/proc/{id}/fd").Max(path => int.Parse(Path.GetFileName(path), System.Globalization.CultureInfo.InvariantCulture));
            if (LibcNativeMethods.prlimit(id, LibcNativeMethods.RLIMIT_NOFILE, null, &before) != 0)
            {
                return null;
            }

            var few = before with { Soft = (ulong)(highest + 1 + room) };
            return LibcNativeMethods.prlimit(id, LibcNativeMethods.RLIMIT_NOFILE, &few, null) == 0 ? before : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static unsafe void Restore(int id, LibcNativeMethods.ResourceLimit before) => _ = LibcNativeMethods.prlimit(id, LibcNativeMethods.RLIMIT_NOFILE, &before, null);
}
