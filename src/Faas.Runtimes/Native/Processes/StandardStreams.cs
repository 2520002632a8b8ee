namespace Faas.Runtimes.Native.Processes;

/// <summary>The three pipes of one guest: its ends, handed over, and ours.</summary>
internal sealed class StandardStreams : IDisposable
{
    internal StandardStreams()
    {
        (GuestInput, HostInput) = FileDescriptor.Pipe();
        (HostOutput, GuestOutput) = FileDescriptor.Pipe();
        (HostError, GuestError) = FileDescriptor.Pipe();
        HostInput.SetNonBlocking();
    }

    internal FileDescriptor GuestInput { get; }

    internal FileDescriptor GuestOutput { get; }

    internal FileDescriptor GuestError { get; }

    /// <summary>Write end of the guest's standard input, non-blocking.</summary>
    internal FileDescriptor HostInput { get; }

    internal FileDescriptor HostOutput { get; }

    internal FileDescriptor HostError { get; }

    /// <summary>After the guest has its copies: only then does the end of its output show.</summary>
    internal void CloseGuestEnds()
    {
        GuestInput.Dispose();
        GuestOutput.Dispose();
        GuestError.Dispose();
    }

    public void Dispose()
    {
        CloseGuestEnds();
        HostInput.Dispose();
        HostOutput.Dispose();
        HostError.Dispose();
    }
}
