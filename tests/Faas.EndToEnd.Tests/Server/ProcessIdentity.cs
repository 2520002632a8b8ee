namespace Faas.EndToEnd.Tests.Server;

/// <summary>One process, told apart from a later one with the same id by its start.</summary>
/// <param name="Id">The pid.</param>
/// <param name="Start">Clock ticks since boot (proc(5), stat, field 22).</param>
internal readonly record struct ProcessIdentity(int Id, string Start);
