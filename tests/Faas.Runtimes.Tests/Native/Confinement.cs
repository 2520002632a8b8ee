using Faas.Runtimes.Native.Sandbox;

namespace Faas.Runtimes.Tests.Native;

/// <summary>Whether this machine lets bubblewrap work: inside a chroot, for one, the kernel refuses user namespaces.</summary>
internal static class Confinement
{
    // Any program that knows --version will do; the interpreters may be missing.
    private static readonly Lazy<bool> s_works =
        new(() => Bubblewrap.Probe("/usr/bin/env", new Dictionary<string, string>()).IsConfined);

    public static bool Works => s_works.Value;
}
