using System.Buffers.Binary;
using System.Text;
using Faas.Runtimes.Wasi;

namespace Faas.Runtimes.Tests.Wasi;

/// <summary>
/// A guest without an engine: one page of memory between guard bytes, and calls by import name. <see cref="Dispose"/>
/// checks the guards.
/// </summary>
internal sealed unsafe class Guest : IDisposable
{
    public const int MemoryBytes = 64 * 1024;
    private const int GuardBytes = 4096;
    private const byte GuardValue = 0xA5;
    private static readonly Dictionary<string, WasiFunction> s_functions = ToDictionary();

    private readonly byte[] _bytes = GC.AllocateArray<byte>(MemoryBytes + (2 * GuardBytes), pinned: true);

    public Guest(StubInvocation? invocation = null, WasiContext? context = null)
    {
        Invocation = invocation ?? new StubInvocation();
        Context = context ?? new WasiContext();
        _bytes.AsSpan(0, GuardBytes).Fill(GuardValue);
        _bytes.AsSpan(GuardBytes + MemoryBytes).Fill(GuardValue);
        Context.Begin(Invocation);
    }

    public StubInvocation Invocation { get; }

    public WasiContext Context { get; }

    public Span<byte> Memory => _bytes.AsSpan(GuardBytes, MemoryBytes);

    public int Call(string name, params ReadOnlySpan<long> arguments)
    {
        var function = s_functions[name];
        Assert.Equal(function.Parameters.Length, arguments.Length);
        fixed (byte* start = &_bytes[GuardBytes])
        {
            return function.Call(Context, new GuestMemory(start, MemoryBytes), arguments);
        }
    }

    public uint U32(int address) => BinaryPrimitives.ReadUInt32LittleEndian(Memory[address..]);

    public ulong U64(int address) => BinaryPrimitives.ReadUInt64LittleEndian(Memory[address..]);

    public ushort U16(int address) => BinaryPrimitives.ReadUInt16LittleEndian(Memory[address..]);

    public string Text(int address, int length) => Encoding.UTF8.GetString(Memory.Slice(address, length));

    /// <summary>Puts bytes at an address; returns their number.</summary>
    public int Put(int address, string text) => Encoding.UTF8.GetBytes(text, Memory[address..]);

    public void PutU32(int address, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(Memory[address..], value);

    public void PutU64(int address, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Memory[address..], value);

    /// <summary>Puts one iovec at an address.</summary>
    public void PutVector(int address, uint pointer, uint length)
    {
        PutU32(address, pointer);
        PutU32(address + 4, length);
    }

    public void AssertGuards()
    {
        Assert.Equal(-1, _bytes.AsSpan(0, GuardBytes).IndexOfAnyExcept(GuardValue));
        Assert.Equal(-1, _bytes.AsSpan(GuardBytes + MemoryBytes).IndexOfAnyExcept(GuardValue));
    }

    public void Dispose()
    {
        Context.End();
        AssertGuards();
    }

    private static Dictionary<string, WasiFunction> ToDictionary()
    {
        var functions = new Dictionary<string, WasiFunction>();
        foreach (var function in WasiFunctions.All)
        {
            functions.Add(function.Name, function);
        }

        return functions;
    }
}
