namespace Faas.Protocol.Contracts;

/// <summary>Which family of runtimes runs a function. On the wire (Prepare).</summary>
public enum ModuleKind : byte
{
    /// <summary>Native code that the worker's own WASM engine produced at deploy.</summary>
    Wasm = 0,

    /// <summary>JavaScript source for Node.js.</summary>
    JavaScript = 1,

    /// <summary>Python 3 source.</summary>
    Python = 2,

    /// <summary>PHP source.</summary>
    Php = 3,
}
