using Faas.Load;
using Faas.Scenarios;

namespace Faas.LoadTests.Drivers;

/// <summary>Draws each request from a mix; the bytes of every call are built beforehand.</summary>
internal sealed class MixedRequestSource(ReadOnlyMemory<byte>[] requests, CallMix mix, Random random) : IRequestSource
{
    public ReadOnlyMemory<byte> Next() => requests[mix.Next(random)];
}
