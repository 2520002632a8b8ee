using Faas.Supervisor.Invocations;

namespace Faas.Supervisor.Workers;

/// <summary>Tells the caller of an invocation that its worker is gone, on a thread of its own, and lets go of it for the session.</summary>
/// <param name="invocation">It has ended.</param>
/// <param name="id">Of the attempt that was lost.</param>
internal sealed class LostInvocation(Invocation invocation, ulong id) : IThreadPoolWorkItem
{
    public void Execute()
    {
        invocation.Signal();
        invocation.LetGoOf(id);
    }
}
