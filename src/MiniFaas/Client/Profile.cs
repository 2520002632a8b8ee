namespace MiniFaas.Client;

/// <summary>A server under a name, so that commands need neither its address nor its token.</summary>
/// <param name="Server">Where it is.</param>
/// <param name="Token">What it requires; null for nothing. Sent to this server only.</param>
internal sealed record Profile(Uri Server, string? Token);
