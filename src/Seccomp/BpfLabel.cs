namespace Faas.Seccomp;

/// <summary>A place in a program that jumps lead to before it is known where it is.</summary>
internal sealed class BpfLabel
{
    /// <summary>Index of its instruction; −1 until <see cref="BpfAssembler.Mark"/>.</summary>
    internal int Position { get; set; } = -1;
}
