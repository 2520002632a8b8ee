using System.Collections.Frozen;
using Faas.Protocol.Transport.SharedMemory;

namespace Faas.Protocol.Transport;

/// <summary>The transports this build knows, by name. One line a transport.</summary>
public static class TransportCatalog
{
    /// <summary>Unix sockets through this project's own pump: the default, the fastest measured.</summary>
    public const string Unix = "unix";

    /// <summary>Unix sockets through Pipelines.Sockets.Unofficial, to compare with.</summary>
    public const string Unofficial = "unofficial";

    /// <summary>Rings in shared memory.</summary>
    public const string SharedMemory = "shm";

    private static readonly FrozenDictionary<string, ITransport> s_transports = new ITransport[]
    {
        new UnixSocketTransport(),
        new UnofficialPipelinesTransport(),
        new NamedPipeTransport(),
        new SharedMemoryTransport(),
    }.ToFrozenDictionary(transport => transport.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>Known names, sorted.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. s_transports.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Finds a transport.</summary>
    /// <exception cref="ArgumentException">The name is unknown; the message lists the known ones.</exception>
    public static ITransport Get(string name) =>
        s_transports.TryGetValue(name, out var transport)
            ? transport
            : throw new ArgumentException($"unknown transport '{name}'; known: {string.Join(", ", Names)}", nameof(name));
}
