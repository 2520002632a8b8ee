namespace Faas.Runtimes.Native;

/// <summary>What separates invocations of one function (deploy option <c>isolation</c>).</summary>
internal enum Isolation
{
    /// <summary>The language's usual way: a forked child (Python, PHP) or a context of its own (Node).</summary>
    Shared,

    /// <summary>A process that was started for nothing else.</summary>
    Process,
}
