namespace Faas.Supervisor.Access;

/// <summary>What one proxy says of the request that it passed on; each null where it says nothing that can be used.</summary>
/// <param name="For">Address of whom it had the request from; of RFC 7239's names for unknown ones nothing is left.</param>
/// <param name="Proto"><c>http</c> or <c>https</c>.</param>
/// <param name="Host">The name that was asked for, with its port.</param>
internal readonly record struct ForwardingHop(System.Net.IPAddress? For, string? Proto, string? Host);
