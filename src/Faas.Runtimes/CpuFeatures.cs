using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Faas.Runtimes;

/// <summary>What native code depends on of the processor: part of the cache keys.</summary>
internal static class CpuFeatures
{
    /// <summary>Architecture and feature words.</summary>
    public static string Text { get; } = $"{RuntimeInformation.ProcessArchitecture}-{Features()}";

    private static string Features()
    {
        if (!X86Base.IsSupported)
        {
            return Crc32.IsSupported ? "crc32" : "base";
        }

        // Not the IsSupported properties: ahead-of-time compilation answers some of them for its baseline.
        var basic = X86Base.CpuId(1, 0);
        var extended = X86Base.CpuId(7, 0);
        var amd = X86Base.CpuId(unchecked((int)0x80000001), 0);
        return string.Create(CultureInfo.InvariantCulture, $"{basic.Ecx:x}.{extended.Ebx:x}.{extended.Ecx:x}.{amd.Ecx:x}");
    }
}
