namespace Faas.Seccomp;

/// <summary>
/// Calls that everybody needs, refused for some of their arguments. Arguments are looked at by their lower 32 bits, which is what the kernel takes of them.
/// </summary>
internal static class ExaminedCalls
{
    private const int ENOSYS = 38; // asm-generic/errno.h

    // linux/sched.h: CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET (NEWTIME shares a bit with the signal, and clone does not take it)
    private const uint NamespaceFlags = 0x7E02_0000;

    // asm-generic/ioctls.h: both put characters into the input of a terminal that the guest might share
    private const uint TIOCSTI = 0x5412;
    private const uint TIOCLINUX = 0x541C;

    private const uint PersonalityQuery = 0xFFFF_FFFF; // linux/personality.h

    // linux/socket.h, linux/netlink.h
    private const uint AF_UNIX = 1;
    private const uint AF_INET = 2;
    private const uint AF_INET6 = 10;
    private const uint AF_NETLINK = 16;
    private const uint NETLINK_ROUTE = 0;

    /// <summary>Each with what it is followed by; every way through ends at one of the verdicts.</summary>
    internal static readonly (SystemCall Call, Action<BpfAssembler, FilterVerdicts> Examine)[] All =
    [
        // Its flags lie in memory, where a filter cannot look: the C library falls back to clone.
        (new("clone3", 435), static (program, _) => program.Return(SeccompFilter.Errno(ENOSYS))),

        (new("clone", 56, 220), static (program, verdicts) =>
        {
            Argument(program, 0);
            program.IfAnyBit(NamespaceFlags, verdicts.Refuse, verdicts.Allow);
        }),

        // Randomised addresses and the kernel's answers stay as they are.
        (new("personality", 135, 92), static (program, verdicts) =>
        {
            Argument(program, 0);
            program.IfEqual(PersonalityQuery, verdicts.Allow, verdicts.Refuse);
        }),

        (new("ioctl", 16, 29), static (program, verdicts) =>
        {
            Argument(program, 1);
            program.IfEqual(TIOCSTI, verdicts.Refuse);
            program.IfEqual(TIOCLINUX, verdicts.Refuse, verdicts.Allow);
        }),

        // The rest are protocols that hardly anyone uses, loaded on demand. Netlink's routes are how libraries list the interfaces.
        (new("socket", 41, 198), static (program, verdicts) =>
        {
            var netlink = new BpfLabel();
            Argument(program, 0);
            program.IfEqual(AF_NETLINK, netlink);
            program.IfEqual(AF_UNIX, verdicts.Allow);
            program.IfEqual(AF_INET, verdicts.Allow);
            program.IfEqual(AF_INET6, verdicts.Allow, verdicts.UnknownFamily);
            program.Mark(netlink);
            Argument(program, 2);
            program.IfEqual(NETLINK_ROUTE, verdicts.Allow, verdicts.UnknownFamily);
        }),

        (new("socketpair", 53, 199), static (program, verdicts) =>
        {
            Argument(program, 0);
            program.IfEqual(AF_UNIX, verdicts.Allow, verdicts.UnknownFamily);
        }),
    ];

    private static void Argument(BpfAssembler program, uint index) => program.Load(SeccompFilter.ArgumentsOffset + (8 * index));
}
