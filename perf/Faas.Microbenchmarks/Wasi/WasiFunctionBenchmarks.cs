using System.Buffers.Binary;
using BenchmarkDotNet.Attributes;
using Faas.Runtimes.Wasi;
using Faas.Testing;

namespace Faas.Microbenchmarks.Wasi;

/// <summary>The host calls a small program makes, called as an engine calls them, without one.</summary>
public unsafe class WasiFunctionBenchmarks
{
    private const int VectorsAt = 0;
    private const int ResultAt = 64;
    private const int TextAt = 128;
    private const int TextBytes = 17;

    private readonly byte[] _memory = GC.AllocateArray<byte>(65536, pinned: true);
    private readonly InMemoryInvocation _invocation = new(arguments: ["one", "two"], environment: ["KEY=value"]);
    private readonly WasiContext _context = new();
    private readonly long[] _write = [1, VectorsAt, 1, ResultAt];
    private readonly long[] _clock = [1, 1, ResultAt];
    private readonly long[] _sizes = [ResultAt, ResultAt + 8];

    [GlobalSetup]
    public void Setup()
    {
        BinaryPrimitives.WriteInt32LittleEndian(_memory.AsSpan(VectorsAt), TextAt);
        BinaryPrimitives.WriteInt32LittleEndian(_memory.AsSpan(VectorsAt + 4), TextBytes);
        _context.Begin(_invocation);
    }

    private GuestMemory Memory
    {
        get
        {
            fixed (byte* start = _memory)
            {
                return new GuestMemory(start, (ulong)_memory.Length);
            }
        }
    }

    /// <summary>What the slot does around every invocation.</summary>
    [Benchmark(Baseline = true)]
    public int BeginAndEnd()
    {
        _context.End();
        _invocation.Rewind();
        _context.Begin(_invocation);
        return _context.ExitCode;
    }

    [Benchmark]
    public int FdWrite()
    {
        _invocation.Rewind();
        return (int)ReadWriteFunctions.FdWrite(_context, Memory, _write);
    }

    [Benchmark]
    public int ClockTimeGet() => (int)ClockFunctions.ClockTimeGet(_context, Memory, _clock);

    [Benchmark]
    public int ArgsSizesGet() => (int)ArgumentFunctions.ArgsSizesGet(_context, Memory, _sizes);
}
