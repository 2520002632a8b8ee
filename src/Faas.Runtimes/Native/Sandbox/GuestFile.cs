namespace Faas.Runtimes.Native.Sandbox;

/// <summary>A file the guest sees read-only.</summary>
/// <param name="GuestPath">Absolute path inside the sandbox.</param>
/// <param name="Content">Its bytes.</param>
/// <param name="HostPath">Where the same bytes are on the host, for running without a sandbox.</param>
internal sealed record GuestFile(string GuestPath, ReadOnlyMemory<byte> Content, string HostPath);
