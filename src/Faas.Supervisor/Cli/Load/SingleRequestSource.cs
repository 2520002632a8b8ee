namespace Faas.Supervisor.Cli.Load;

/// <summary>The same request each time.</summary>
internal sealed class SingleRequestSource(ReadOnlyMemory<byte> request) : IRequestSource
{
    public ReadOnlyMemory<byte> Next() => request;
}
