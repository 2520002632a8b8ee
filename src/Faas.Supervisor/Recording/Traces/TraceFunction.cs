namespace Faas.Supervisor.Recording.Traces;

/// <summary>A function of a trace.</summary>
/// <param name="Id">1 and up in order of first appearance; means nothing outside the file.</param>
/// <param name="Hash">What HASH was given for it: the server's handle, a number of that process only.</param>
/// <param name="Concurrency">Its deploy option; 0 is none.</param>
/// <param name="Backend">The engine it must have; empty takes any.</param>
/// <param name="Name">Empty unless names were asked for.</param>
internal sealed record TraceFunction(uint Id, uint Hash, int Concurrency, string Backend, string Name);
