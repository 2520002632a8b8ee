using Microsoft.Win32.SafeHandles;

namespace Faas.Load.Interop;

/// <summary>Owns the descriptor of one epoll instance.</summary>
internal sealed class EpollHandle : SafeHandleMinusOneIsInvalid
{
    public EpollHandle(int descriptor)
        : base(ownsHandle: true) => SetHandle(descriptor);

    protected override bool ReleaseHandle() => EpollNativeMethods.close((int)handle) == 0;
}
