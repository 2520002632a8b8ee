using System.Buffers.Binary;

namespace Faas.Seccomp;

/// <summary>
/// Puts together a program for the kernel's classic packet filter machine (linux/filter.h), as far as filters of system
/// calls need it: one accumulator, loads from <c>struct seccomp_data</c>, jumps forward, returns.
/// </summary>
internal sealed class BpfAssembler
{
    /// <summary>Bytes of one instruction, struct sock_filter: u16 code | u8 jump if true | u8 jump if false | u32 constant.</summary>
    internal const int InstructionBytes = 8;

    // linux/bpf_common.h
    private const ushort BPF_LD_W_ABS = 0x20;
    private const ushort BPF_JMP_JEQ_K = 0x15;
    private const ushort BPF_JMP_JGE_K = 0x35;
    private const ushort BPF_JMP_JSET_K = 0x45;
    private const ushort BPF_RET_K = 0x06;

    private readonly List<Instruction> _instructions = [];

    /// <summary>Loads the 32 bits at <paramref name="offset"/> bytes of the data.</summary>
    internal void Load(uint offset) => _instructions.Add(new(BPF_LD_W_ABS, offset));

    /// <summary>Goes on at <paramref name="then"/> when the accumulator is <paramref name="value"/>, else at <paramref name="otherwise"/>; null is the next instruction.</summary>
    internal void IfEqual(uint value, BpfLabel? then, BpfLabel? otherwise = null) =>
        _instructions.Add(new(BPF_JMP_JEQ_K, value, then, otherwise));

    /// <summary>The same when the accumulator is at least <paramref name="value"/>, both without a sign.</summary>
    internal void IfAtLeast(uint value, BpfLabel? then, BpfLabel? otherwise = null) =>
        _instructions.Add(new(BPF_JMP_JGE_K, value, then, otherwise));

    /// <summary>The same when the accumulator has one of the bits of <paramref name="mask"/>.</summary>
    internal void IfAnyBit(uint mask, BpfLabel? then, BpfLabel? otherwise = null) =>
        _instructions.Add(new(BPF_JMP_JSET_K, mask, then, otherwise));

    /// <summary>Ends the program with a verdict.</summary>
    internal void Return(uint verdict) => _instructions.Add(new(BPF_RET_K, verdict));

    /// <summary>The next instruction is what jumps to <paramref name="label"/> lead to.</summary>
    internal void Mark(BpfLabel label) => label.Position = _instructions.Count;

    /// <summary>The program as the kernel takes it, little-endian as both architectures are.</summary>
    /// <exception cref="InvalidOperationException">A jump leads backwards, nowhere, or over more than 255 instructions.</exception>
    internal byte[] Assemble()
    {
        var program = new byte[_instructions.Count * InstructionBytes];
        for (var i = 0; i < _instructions.Count; i++)
        {
            var instruction = _instructions[i];
            var bytes = program.AsSpan(i * InstructionBytes, InstructionBytes);
            BinaryPrimitives.WriteUInt16LittleEndian(bytes, instruction.Code);
            bytes[2] = Distance(i, instruction.Then);
            bytes[3] = Distance(i, instruction.Otherwise);
            BinaryPrimitives.WriteUInt32LittleEndian(bytes[4..], instruction.Constant);
        }

        return program;
    }

    private static byte Distance(int from, BpfLabel? to)
    {
        var distance = to is null ? 0 : to.Position - from - 1;
        return distance is >= 0 and <= byte.MaxValue
            ? (byte)distance
            : throw new InvalidOperationException($"a jump from instruction {from} over {distance} cannot be expressed");
    }

    private readonly record struct Instruction(ushort Code, uint Constant, BpfLabel? Then = null, BpfLabel? Otherwise = null);
}
