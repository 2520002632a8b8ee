namespace Faas.Runtimes.Native.Sandbox;

/// <summary>What a guest reaches over the network (deploy option <c>network</c>).</summary>
internal enum NetworkAccess
{
    /// <summary>Nothing but its own loopback.</summary>
    Deny,

    /// <summary>What the host reaches.</summary>
    Allow,
}
