namespace Faas.Runtimes.Native;

/// <summary>The two ways a function is written (docs/LANGUAGES.md).</summary>
internal enum FunctionStyle
{
    /// <summary>Top-level code over stdin and stdout; every invocation starts clean.</summary>
    Script,

    /// <summary>A module that gives a <c>handler(event, context)</c>; loaded once, called many times.</summary>
    Handler,
}
