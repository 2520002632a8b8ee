namespace Faas.Seccomp;

/// <summary>A system call and its number on each architecture.</summary>
/// <param name="Name">As in the manual.</param>
/// <param name="X64">On x86-64 (asm/unistd_64.h).</param>
/// <param name="Arm64">On AArch64 (asm-generic/unistd.h); −1 where there is no such call.</param>
internal readonly record struct SystemCall(string Name, int X64, int Arm64)
{
    /// <summary>One whose number is the same everywhere, as of all since Linux 5.1.</summary>
    internal SystemCall(string name, int number)
        : this(name, number, number)
    {
    }
}
