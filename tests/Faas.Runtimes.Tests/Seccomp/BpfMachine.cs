using System.Buffers.Binary;

namespace Faas.Runtimes.Tests.Seccomp;

/// <summary>Runs a filter of system calls as the kernel would (Documentation/networking/filter.rst), as far as ours go.</summary>
internal static class BpfMachine
{
    /// <returns>The verdict, and how many instructions it took.</returns>
    public static (uint Verdict, int Steps) Run(byte[] program, uint architecture, uint number, params ulong[] arguments)
    {
        var data = new byte[64]; // struct seccomp_data
        BinaryPrimitives.WriteUInt32LittleEndian(data, number);
        BinaryPrimitives.WriteUInt32LittleEndian(data.AsSpan(4), architecture);
        for (var i = 0; i < arguments.Length; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(data.AsSpan(16 + (8 * i)), arguments[i]);
        }

        uint accumulator = 0;
        var at = 0;
        for (var steps = 1; ; steps++)
        {
            var instruction = program.AsSpan(at * 8, 8);
            var constant = BinaryPrimitives.ReadUInt32LittleEndian(instruction[4..]);
            at++;
            switch (BinaryPrimitives.ReadUInt16LittleEndian(instruction))
            {
                case 0x20: // BPF_LD | BPF_W | BPF_ABS
                    accumulator = BinaryPrimitives.ReadUInt32LittleEndian(data.AsSpan((int)constant));
                    break;
                case 0x15: // BPF_JMP | BPF_JEQ | BPF_K
                    at += instruction[accumulator == constant ? 2 : 3];
                    break;
                case 0x35: // BPF_JMP | BPF_JGE | BPF_K
                    at += instruction[accumulator >= constant ? 2 : 3];
                    break;
                case 0x45: // BPF_JMP | BPF_JSET | BPF_K
                    at += instruction[(accumulator & constant) != 0 ? 2 : 3];
                    break;
                case 0x06: // BPF_RET | BPF_K
                    return (constant, steps);
                default:
                    throw new InvalidOperationException($"instruction {at - 1} is unknown");
            }
        }
    }
}
