using System.Runtime.InteropServices;

namespace Faas.Supervisor.Functions.Interop;

/// <summary><c>struct rlimit</c> of 64-bit Linux.</summary>
[StructLayout(LayoutKind.Sequential)]
internal record struct ResourceLimit
{
    public ulong Current { get; set; }

    public ulong Maximum { get; set; }
}
