namespace Faas.Supervisor.AsyncInvocations;

/// <summary>As much is stored as may be, and none of it has ended.</summary>
internal sealed class AsyncStoreFullException : Exception
{
    public AsyncStoreFullException()
        : base("as much is stored as may be")
    {
    }
}
