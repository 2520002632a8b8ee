using System.Buffers.Binary;
using Faas.Protocol.Transport.SharedMemory;

namespace Faas.Protocol.Tests.Transport;

/// <summary>Both ends of a ring on one piece of memory.</summary>
public sealed class RingTests : IDisposable
{
    private readonly SharedMemoryRegion _region;
    private readonly RingWriter _writer;
    private readonly RingReader _reader;

    public RingTests()
    {
        using var memory = SharedMemoryRegion.CreateMemory();
        _region = SharedMemoryRegion.Map(memory);
        _writer = new RingWriter(_region.ToWorker);
        _reader = new RingReader(_region.ToWorker);
    }

    public void Dispose() => _region.Dispose();

    [Fact]
    public void Write_MoreThanThereIsRoomFor_TakesWhatFits()
    {
        Assert.Equal(RingLayout.Capacity, _writer.Write(new byte[RingLayout.Capacity + 1]));
        Assert.Equal(0, _writer.Write(new byte[1]));
        Assert.Equal(100, _reader.Read(new byte[100]));
        Assert.Equal(100, _writer.Write(new byte[200]));
    }

    [Fact]
    public void Read_AfterManyTurnsOfOddLengths_EveryByteInOrder()
    {
        var random = new Random(5);
        var (written, read) = (0u, 0u);
        var buffer = new byte[RingLayout.Capacity];
        while (read < 8 * RingLayout.Capacity)
        {
            var source = buffer.AsSpan(0, random.Next(1, buffer.Length));
            for (var i = 0; i < source.Length; i++)
            {
                source[i] = Mark(written + (uint)i);
            }

            written += (uint)_writer.Write(source);
            var taken = buffer.AsSpan(0, _reader.Read(buffer.AsSpan(0, random.Next(1, buffer.Length))));
            foreach (var value in taken)
            {
                Assert.Equal(Mark(read++), value);
            }
        }

        static byte Mark(uint position) => (byte)(position * 31 >> 3);
    }

    [Fact]
    public void TrySleep_OfAReader_IsTakenOnceByTheNextWrite()
    {
        _writer.Write([1]);
        Assert.False(_writer.TakeSleepingReader());
        Assert.False(_reader.TrySleep()); // there is something
        _reader.Read(new byte[1]);
        Assert.True(_reader.TrySleep());
        _writer.Write([2]);
        Assert.True(_writer.TakeSleepingReader());
        Assert.False(_writer.TakeSleepingReader());
    }

    [Fact]
    public void TrySleep_OfAWriter_IsTakenOnceWhenHalfIsFree()
    {
        _writer.Write(new byte[RingLayout.Capacity]);
        Assert.True(_writer.TrySleep());
        _reader.Read(new byte[10]);
        Assert.False(_reader.TakeSleepingWriter());
        _reader.Read(new byte[RingLayout.Capacity / 2]);
        Assert.True(_reader.TakeSleepingWriter());
        Assert.False(_reader.TakeSleepingWriter());
        Assert.False(_writer.TrySleep()); // there is room
    }

    [Theory]
    [InlineData(RingLayout.Written, ulong.MaxValue)]
    [InlineData(RingLayout.Written, (ulong)RingLayout.Capacity + 1)]
    [InlineData(RingLayout.Read, 1ul)] // more than was written
    [InlineData(RingLayout.Read, ulong.MaxValue - RingLayout.Capacity - 1)]
    public unsafe void ReadAndWrite_TheOtherSideHasDamagedTheRing_IOException(int offset, ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(new Span<byte>((byte*)_region.ToWorker + offset, sizeof(ulong)), value);
        Action step = offset == RingLayout.Written ? () => _reader.Read(new byte[10]) : () => _writer.Write(new byte[10]);

        Assert.Contains("damaged", Assert.Throws<IOException>(step).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Hold_WhileTheRegionIsDisposed_KeepsItMapped()
    {
        using (_region.Hold())
        {
            _region.Dispose();
            Assert.Equal(1, _writer.Write([7]));
            Assert.Equal(1, _reader.Read(new byte[1]));
        }

        Assert.Throws<ObjectDisposedException>(() =>
        {
            using var scope = _region.Hold();
        });
    }

    [Fact]
    public void CreateMemory_ItsSize_CannotBeChanged()
    {
        using var memory = SharedMemoryRegion.CreateMemory();

        Assert.ThrowsAny<Exception>(() => RandomAccess.SetLength(memory, 0));
        Assert.ThrowsAny<Exception>(() => RandomAccess.SetLength(memory, 1 << 20));
    }

    [Fact]
    public void Map_MemoryOfAnotherSize_IOException()
    {
        using var file = File.OpenHandle(Path.GetTempFileName(), FileMode.Open, FileAccess.ReadWrite, options: FileOptions.DeleteOnClose);

        Assert.Throws<IOException>(() => SharedMemoryRegion.Map(file));
    }
}
