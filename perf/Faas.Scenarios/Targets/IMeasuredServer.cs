namespace Faas.Scenarios.Targets;

/// <summary>A server under load, ours or one to compare with.</summary>
internal interface IMeasuredServer : IAsyncDisposable
{
    Uri Address { get; }

    /// <summary>The process whose processor time, with that of all below it, the load costs.</summary>
    int ProcessId { get; }
}
