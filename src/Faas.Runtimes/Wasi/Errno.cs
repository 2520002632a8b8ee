namespace Faas.Runtimes.Wasi;

/// <summary>What a host call answers. WASI preview 1, <c>errno</c>; -1 is ours.</summary>
internal enum Errno
{
    /// <summary>No errno: the guest ends now, <see cref="WasiContext.Termination"/> says why.</summary>
    Terminate = WasiFunctions.Terminate,

    Success = 0,
    Again = 6,
    BadFileDescriptor = 8,
    Exists = 20,
    Fault = 21,
    FileTooBig = 22,
    IllegalByteSequence = 25,
    Invalid = 28,
    IsDirectory = 31,
    Loop = 32,
    TooManyFiles = 33,
    NameTooLong = 37,
    NoEntry = 44,
    NoSpace = 51,
    NoSystemCall = 52,
    NotDirectory = 54,
    NotEmpty = 55,
    NotSocket = 57,
    NotSupported = 58,
    Overflow = 61,
    NotPermitted = 63,
    IllegalSeek = 70,
    NotCapable = 76,
}
