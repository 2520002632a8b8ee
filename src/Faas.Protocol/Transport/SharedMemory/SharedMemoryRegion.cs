using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Faas.Protocol.Transport.SharedMemory;

/// <summary>
/// The memory of one connection, mapped: a ring from the supervisor to the worker and one back. It stays mapped until
/// the last call that uses it has returned, whoever disposes it meanwhile.
/// </summary>
internal sealed unsafe class SharedMemoryRegion : IDisposable
{
    private const int Size = 2 * RingLayout.Size;

    private readonly MemoryMappedViewAccessor _accessor;
    private readonly SafeMemoryMappedViewHandle _view;
    private readonly byte* _memory;
    private int _disposed;

    private SharedMemoryRegion(MemoryMappedViewAccessor accessor)
    {
        _accessor = accessor;
        _view = accessor.SafeMemoryMappedViewHandle;
        _view.AcquirePointer(ref _memory);
    }

    /// <summary>Address of the ring that the supervisor writes.</summary>
    public nint ToWorker => (nint)_memory;

    /// <summary>Address of the ring that the worker writes.</summary>
    public nint ToSupervisor => (nint)(_memory + RingLayout.Size);

    /// <summary>
    /// Anonymous memory of the right size (memfd_create(2)). Its size is sealed: a worker that cut it would end the
    /// supervisor, which would touch what is no longer there (SIGBUS).
    /// </summary>
    /// <exception cref="IOException">There is none, or no descriptor.</exception>
    public static SafeFileHandle CreateMemory()
    {
        ReadOnlySpan<byte> name = "minifaas-rings\0"u8;
        int descriptor;
        fixed (byte* p = name)
        {
            descriptor = TransportNativeMethods.memfd_create(p, TransportNativeMethods.MFD_CLOEXEC | TransportNativeMethods.MFD_ALLOW_SEALING);
        }

        if (descriptor < 0)
        {
            throw new IOException($"memfd_create: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        var memory = new SafeFileHandle(descriptor, ownsHandle: true);
        try
        {
            RandomAccess.SetLength(memory, Size);
            const int seals = TransportNativeMethods.F_SEAL_SHRINK | TransportNativeMethods.F_SEAL_GROW | TransportNativeMethods.F_SEAL_SEAL;
            return TransportNativeMethods.fcntl(descriptor, TransportNativeMethods.F_ADD_SEALS, seals) == 0
                ? memory
                : throw new IOException($"fcntl: {Marshal.GetLastPInvokeErrorMessage()}");
        }
        catch
        {
            memory.Dispose();
            throw;
        }
    }

    /// <summary>Maps what <see cref="CreateMemory"/> made, here or in the other process.</summary>
    /// <exception cref="IOException">It is of another size.</exception>
    public static SharedMemoryRegion Map(SafeFileHandle memory)
    {
        if (RandomAccess.GetLength(memory) != Size)
        {
            throw new IOException("the shared memory is of another size");
        }

        using var file = MemoryMappedFile.CreateFromFile(
            memory, mapName: null, Size, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: true);
        return new SharedMemoryRegion(file.CreateViewAccessor(0, Size));
    }

    /// <summary>Keeps it mapped until the scope is disposed.</summary>
    /// <exception cref="ObjectDisposedException">It is gone.</exception>
    public Scope Hold() => new(_view);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _view.ReleasePointer();
            _accessor.Dispose();
        }
    }

    /// <summary>A call that uses the memory.</summary>
    public readonly ref struct Scope
    {
        private readonly SafeMemoryMappedViewHandle _view;

        internal Scope(SafeMemoryMappedViewHandle view)
        {
            _view = view;
            var held = false;
            view.DangerousAddRef(ref held);
        }

        /// <summary>Ends the scope.</summary>
        public void Dispose() => _view.DangerousRelease();
    }
}
