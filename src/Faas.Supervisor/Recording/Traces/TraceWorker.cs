namespace Faas.Supervisor.Recording.Traces;

/// <summary>A worker of the pool that a trace comes from.</summary>
/// <param name="Backend">Its engine.</param>
/// <param name="Weight">Its share under WEIGHTED.</param>
/// <param name="Speed">1 as recorded; 0.5 takes twice as long for everything. A live server writes 1, a synthesizer may not.</param>
internal readonly record struct TraceWorker(string Backend, double Weight = 1, double Speed = 1);
