namespace Faas.Supervisor.Gateway;

/// <summary>As many bytes of bodies are in memory as may be; nothing of this one was kept. Answered in <see cref="ErrorBoundary"/>.</summary>
internal sealed class BodiesFullException : Exception
{
    public BodiesFullException()
        : this("as many bytes of request bodies are in memory as may be: retry later, or start with a larger --body-memory")
    {
    }

    public BodiesFullException(string message)
        : base(message)
    {
    }

    public BodiesFullException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
