namespace Faas.Protocol.Contracts;

/// <summary>What had to be made ready before the function's code could run. On the wire (Completed).</summary>
public enum StartKind : byte
{
    /// <summary>Nothing: the module was loaded or the interpreter was up.</summary>
    Warm = 0,

    /// <summary>Native code was read from the cache into this worker.</summary>
    Cached = 1,

    /// <summary>A process was started, or code was compiled, for this invocation.</summary>
    Cold = 2,
}
