namespace Faas.Runtimes.Tests.Backends;

/// <summary>Tests that look at process-wide facts (memory, descriptors) run with nothing beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class EngineCollection
{
    public const string Name = "engines";
}
