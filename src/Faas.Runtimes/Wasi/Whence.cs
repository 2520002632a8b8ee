namespace Faas.Runtimes.Wasi;

/// <summary>WASI preview 1, <c>whence</c>.</summary>
internal enum Whence : byte
{
    Start = 0,
    Current = 1,
    End = 2,
}
