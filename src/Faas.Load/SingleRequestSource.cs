namespace Faas.Load;

/// <summary>The same request each time.</summary>
public sealed class SingleRequestSource(ReadOnlyMemory<byte> request) : IRequestSource
{
    public ReadOnlyMemory<byte> Next() => request;
}
