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
    private static readonly Dictionary<string, WasiFunction> s_functions = ToDictionary(WasiFunctions.All);
    private static readonly Dictionary<string, WasiFunction> s_unstable = ToDictionary(WasiFunctions.Unstable);

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

    public int Call(string name, params ReadOnlySpan<long> arguments) => Call(s_functions[name], arguments);

    public int CallUnstable(string name, params ReadOnlySpan<long> arguments) => Call(s_unstable[name], arguments);

    private int Call(WasiFunction function, ReadOnlySpan<long> arguments)
    {
        if (function.Parameters.Length != arguments.Length)
        {
            throw new ArgumentException($"{function.Name} takes {function.Parameters.Length} arguments", nameof(arguments));
        }

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

    // Where the helpers below keep their arguments; tests put theirs under 0x4000.
    private const int ResultAt = 0x4000;
    private const int PathAt = 0x5000;
    private const int SecondPathAt = 0x7000;
    private const int VectorAt = 0x9000;
    private const int DataAt = 0xA000;

    /// <summary><c>path_open</c>; asserts success.</summary>
    public int Open(string path, int how = 0, long rights = AllRights, long inheriting = AllRights, int flags = 0, int at = Root, int follow = 1)
    {
        Assert.Equal(0, TryOpen(path, how, rights, inheriting, flags, at, follow));
        return (int)U32(ResultAt);
    }

    public int TryOpen(string path, int how = 0, long rights = AllRights, long inheriting = AllRights, int flags = 0, int at = Root, int follow = 1)
    {
        // A directory is not opened for writing.
        if ((how & OpenDirectory) != 0)
        {
            rights &= ~RightWrite;
        }

        return Call("path_open", at, follow, PathAt, Put(PathAt, path), how, rights, inheriting, flags, ResultAt);
    }

    /// <summary>A call whose first arguments are a directory and a path.</summary>
    public int CallPath(string name, string path, int at = Root) => Call(name, at, PathAt, Put(PathAt, path));

    public int Close(int fd) => Call("fd_close", fd);

    public int MakeDirectory(string path, int at = Root) => CallPath("path_create_directory", path, at);

    public int Unlink(string path, int at = Root) => CallPath("path_unlink_file", path, at);

    public int RemoveDirectory(string path, int at = Root) => CallPath("path_remove_directory", path, at);

    public int Rename(string from, string to) =>
        Call("path_rename", Root, PathAt, Put(PathAt, from), Root, SecondPathAt, Put(SecondPathAt, to));

    public int Link(string from, string to, int follow = 0) =>
        Call("path_link", Root, follow, PathAt, Put(PathAt, from), Root, SecondPathAt, Put(SecondPathAt, to));

    public int Symlink(string target, string at) =>
        Call("path_symlink", PathAt, Put(PathAt, target), Root, SecondPathAt, Put(SecondPathAt, at));

    public int TryStat(string path, out Stat stat, int follow = 0)
    {
        var errno = Call("path_filestat_get", Root, follow, PathAt, Put(PathAt, path), ResultAt);
        stat = ReadStat();
        return errno;
    }

    public Stat StatOf(string path, int follow = 0)
    {
        Assert.Equal(0, TryStat(path, out var stat, follow));
        return stat;
    }

    public Stat StatOf(int fd)
    {
        Assert.Equal(0, Call("fd_filestat_get", fd, ResultAt));
        return ReadStat();
    }

    public int TryWrite(int fd, ReadOnlySpan<byte> data, out int written, long? offset = null)
    {
        data.CopyTo(Memory[DataAt..]);
        PutVector(VectorAt, DataAt, (uint)data.Length);
        var errno = offset is { } at ? Call("fd_pwrite", fd, VectorAt, 1, at, ResultAt) : Call("fd_write", fd, VectorAt, 1, ResultAt);
        written = (int)U32(ResultAt);
        return errno;
    }

    public void Write(int fd, string text, long? offset = null)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Assert.Equal(0, TryWrite(fd, bytes, out var written, offset));
        Assert.Equal(bytes.Length, written);
    }

    public int TryRead(int fd, int length, out byte[] data, long? offset = null)
    {
        PutVector(VectorAt, DataAt, (uint)length);
        var errno = offset is { } at ? Call("fd_pread", fd, VectorAt, 1, at, ResultAt) : Call("fd_read", fd, VectorAt, 1, ResultAt);
        data = errno == 0 ? Memory.Slice(DataAt, (int)U32(ResultAt)).ToArray() : [];
        return errno;
    }

    public string Read(int fd, int length = 100, long? offset = null)
    {
        Assert.Equal(0, TryRead(fd, length, out var data, offset));
        return Encoding.UTF8.GetString(data);
    }

    public long Seek(int fd, long offset, int whence)
    {
        Assert.Equal(0, Call("fd_seek", fd, offset, whence, ResultAt));
        return (long)U64(ResultAt);
    }

    public long Tell(int fd)
    {
        Assert.Equal(0, Call("fd_tell", fd, ResultAt));
        return (long)U64(ResultAt);
    }

    /// <summary>Makes a file with content.</summary>
    public void PutFile(string path, string text = "")
    {
        var fd = Open(path, OpenCreate | OpenTruncate);
        Write(fd, text);
        Assert.Equal(0, Close(fd));
    }

    public string ReadFile(string path)
    {
        var fd = Open(path);
        var text = Read(fd, 1000);
        Assert.Equal(0, Close(fd));
        return text;
    }

    /// <summary>One <c>fd_readdir</c> with a buffer of <paramref name="bytes"/>: whole entries only.</summary>
    public List<(string Name, ulong Next, ulong Inode, byte Type)> ReadDirectory(int fd, ulong cookie, int bytes, out int used)
    {
        Assert.Equal(0, Call("fd_readdir", fd, DataAt, bytes, (long)cookie, ResultAt));
        used = (int)U32(ResultAt);
        var entries = new List<(string, ulong, ulong, byte)>();
        for (var at = DataAt; at + 24 <= DataAt + used;)
        {
            var length = (int)U32(at + 16);
            if (at + 24 + length > DataAt + used)
            {
                break;
            }

            entries.Add((Text(at + 24, length), U64(at), U64(at + 8), Memory[at + 20]));
            at += 24 + length;
        }

        return entries;
    }

    public string[] List(string path)
    {
        var fd = Open(path, OpenDirectory);
        var entries = ReadDirectory(fd, 0, 8192, out _);
        Close(fd);
        return [.. entries.Select(e => e.Name)];
    }

    private Stat ReadStat() => new(
        U64(ResultAt), U64(ResultAt + 8), Memory[ResultAt + 16], U64(ResultAt + 24), U64(ResultAt + 32),
        U64(ResultAt + 40), U64(ResultAt + 48), U64(ResultAt + 56));

    public const int Root = 3;
    public const int OpenCreate = 1;
    public const int OpenDirectory = 2;
    public const int OpenExclusive = 4;
    public const int OpenTruncate = 8;
    public const long AllRights = (1L << 30) - 1;
    public const long RightRead = 1L << 1;
    public const long RightSeek = 1L << 2;
    public const long RightTell = 1L << 5;
    public const long RightWrite = 1L << 6;
    public const byte TypeDirectory = 3;
    public const byte TypeFile = 4;
    public const byte TypeLink = 7;

    internal readonly record struct Stat(
        ulong Device, ulong Inode, byte Type, ulong Links, ulong Size, ulong AccessTime, ulong ModifyTime, ulong ChangeTime);

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

    private static Dictionary<string, WasiFunction> ToDictionary(ReadOnlySpan<WasiFunction> all)
    {
        var functions = new Dictionary<string, WasiFunction>();
        foreach (var function in all)
        {
            functions.Add(function.Name, function);
        }

        return functions;
    }
}
