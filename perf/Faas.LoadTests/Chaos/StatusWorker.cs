namespace Faas.LoadTests.Chaos;

/// <summary>One worker of a <see cref="StatusPage"/>.</summary>
internal readonly record struct StatusWorker(int Index, string State, int ProcessId, int Slots, int Busy);
