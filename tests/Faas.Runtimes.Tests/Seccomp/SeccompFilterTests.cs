using System.Runtime.InteropServices;
using Faas.Seccomp;

namespace Faas.Runtimes.Tests.Seccomp;

public sealed class SeccompFilterTests
{
    private const uint Allow = 0x7FFF_0000;
    private const uint Eperm = 0x0005_0001;
    private const uint Enosys = 0x0005_0026;
    private const uint Eafnosupport = 0x0005_0061;
    private const ulong Upper = 0xFFFF_FFFF_0000_0000; // what the kernel drops of an int

    private static readonly Architecture[] s_architectures = [Architecture.X64, Architecture.Arm64];

    public static TheoryData<Architecture> Architectures => [.. s_architectures];

    [Theory]
    [MemberData(nameof(Architectures))]
    public void Guests_EveryNumber_IsAllowedUnlessListed(Architecture architecture)
    {
        var program = SeccompFilter.Assemble(architecture, FilterUse.Guest);
        var refused = Refused(architecture, SeccompFilter.RefusedTo(FilterUse.Guest));
        var examined = ExaminedCalls.All.Select(entry => Number(architecture, entry.Call)).ToHashSet();
        for (var number = 0; number < 1024; number++)
        {
            if (!examined.Contains(number))
            {
                Assert.Equal((number, refused.Contains(number) ? Eperm : Allow), (number, Run(program, architecture, number)));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public void Zygotes_TheirMounts_AreAllTheyMayMoreThanGuests(Architecture architecture)
    {
        Assert.Equal(Refused(architecture, RefusedCalls.Mounting).Order(), MoreThanGuests(architecture, FilterUse.ZygoteChild));
        Assert.Equal(Refused(architecture, [.. RefusedCalls.Mounting, .. RefusedCalls.Namespaces]).Order(), MoreThanGuests(architecture, FilterUse.Zygote));
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public void Guests_ExaminedCalls_AreJudgedByTheirArguments(Architecture architecture)
    {
        var program = SeccompFilter.Assemble(architecture, FilterUse.Guest);
        uint Judge(string name, params ulong[] arguments) =>
            Run(program, architecture, Number(architecture, ExaminedCalls.All.Single(entry => entry.Call.Name == name).Call), arguments);

        Assert.Equal(Enosys, Judge("clone3"));
        Assert.Equal(Allow, Judge("clone", 0x0120_0011)); // fork of glibc
        Assert.Equal(Allow, Judge("clone", 0x003D_0F00)); // a thread of glibc
        for (var bit = 25; bit < 31; bit++)
        {
            Assert.Equal(Eperm, Judge("clone", 17UL | (1UL << bit)));
        }

        Assert.Equal(Eperm, Judge("clone", 0x2_0011)); // CLONE_NEWNS
        Assert.Equal(Eperm, Judge("clone", Upper | 0x1000_0011));
        Assert.Equal(Allow, Judge("personality", 0xFFFF_FFFF));
        Assert.Equal(Eperm, Judge("personality", 0x004_0000)); // ADDR_NO_RANDOMIZE
        Assert.Equal(Allow, Judge("ioctl", 0, 0x5413)); // TIOCGWINSZ
        Assert.Equal(Eperm, Judge("ioctl", 0, 0x5412)); // TIOCSTI
        Assert.Equal(Eperm, Judge("ioctl", 0, Upper | 0x5412));
        Assert.Equal(Eperm, Judge("ioctl", 0, 0x541C)); // TIOCLINUX
        ulong[] families = [1, 2, 10];
        for (var family = 0UL; family < 64; family++)
        {
            Assert.Equal((family, families.Contains(family) || family == 16 ? Allow : Eafnosupport), (family, Judge("socket", family, 1, 0)));
            Assert.Equal((family, family == 1 ? Allow : Eafnosupport), (family, Judge("socketpair", family, 1, 0)));
        }

        Assert.Equal(Eafnosupport, Judge("socket", 16, 3, 12)); // NETLINK_NETFILTER
        Assert.Equal(Eafnosupport, Judge("socket", Upper | 17, 3, 0)); // AF_PACKET
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public void Guests_OtherArchitectures_AreRefused(Architecture architecture)
    {
        var program = SeccompFilter.Assemble(architecture, FilterUse.Guest);
        uint[] foreign = [0x4000_0003, 0x4000_0028, 0, architecture == Architecture.X64 ? 0xC000_00B7 : 0xC000_003E]; // i386, ARM, none, the other one
        foreach (var number in (uint[])[0, 1, 39, 57, 0xFFFF_FFFF])
        {
            Assert.All(foreign, other => Assert.Equal(Eperm, BpfMachine.Run(program, other, number).Verdict));
        }

        foreach (var number in (uint[])[0x4000_0000, 0x4000_0001, 0x4000_0110, 0x7FFF_FFFF, 0xFFFF_FFFF])
        {
            Assert.Equal(Eperm, BpfMachine.Run(program, Audit(architecture), number).Verdict);
        }
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public void Guests_AnyCall_IsDecidedInAFewSteps(Architecture architecture)
    {
        var program = SeccompFilter.Assemble(architecture, FilterUse.Guest);
        Assert.InRange(program.Length / BpfAssembler.InstructionBytes, 50, 250);
        Assert.All(Enumerable.Range(0, 512), number => Assert.InRange(BpfMachine.Run(program, Audit(architecture), (uint)number).Steps, 1, 16));
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public void Assemble_WhatNothingElseBounds_IsRefusedOnlyWhereItIsNot(Architecture architecture)
    {
        var bounded = SeccompFilter.Assemble(architecture, FilterUse.Guest);
        var unbounded = SeccompFilter.Assemble(architecture, FilterUse.Guest, Unbounded.UnmappedMemory | Unbounded.Inotify);
        Assert.All(Refused(architecture, RefusedCalls.UnmappedMemory), number => Assert.Equal(SeccompFilter.Errno(1), Run(unbounded, architecture, number)));
        Assert.All(Refused(architecture, RefusedCalls.Inotify), number => Assert.Equal(SeccompFilter.Errno(24), Run(unbounded, architecture, number)));
        Assert.Equal(
            Refused(architecture, [.. RefusedCalls.UnmappedMemory, .. RefusedCalls.Inotify]).Order(),
            Enumerable.Range(0, 1024).Where(number => Run(bounded, architecture, number) != Run(unbounded, architecture, number)));
    }

    [Fact]
    public void Lists_NoCall_IsInTwoOfThem()
    {
        SystemCall[] all = [.. SeccompFilter.RefusedTo(FilterUse.Guest, Unbounded.UnmappedMemory), .. RefusedCalls.Inotify, .. ExaminedCalls.All.Select(entry => entry.Call)];
        Assert.Equal(all.Length, all.DistinctBy(call => call.Name).Count());
        foreach (var architecture in s_architectures)
        {
            var numbers = all.Select(call => Number(architecture, call)).Where(number => number >= 0).ToList();
            Assert.Equal(numbers.Count, numbers.Distinct().Count());
        }
    }

    private static IEnumerable<int> MoreThanGuests(Architecture architecture, FilterUse use)
    {
        var guests = SeccompFilter.Assemble(architecture, FilterUse.Guest);
        var program = SeccompFilter.Assemble(architecture, use);
        return Enumerable.Range(0, 1024).Where(number => Run(guests, architecture, number) != Run(program, architecture, number));
    }

    private static uint Run(byte[] program, Architecture architecture, int number, params ulong[] arguments) =>
        BpfMachine.Run(program, Audit(architecture), (uint)number, arguments).Verdict;

    private static uint Audit(Architecture architecture) => architecture == Architecture.X64 ? 0xC000_003E : 0xC000_00B7; // linux/audit.h

    private static HashSet<int> Refused(Architecture architecture, SystemCall[] calls) =>
        [.. calls.Select(call => Number(architecture, call)).Where(number => number >= 0)];

    private static int Number(Architecture architecture, SystemCall call) => architecture == Architecture.X64 ? call.X64 : call.Arm64;
}
