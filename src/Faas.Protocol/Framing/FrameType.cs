namespace Faas.Protocol.Framing;

/// <summary>
/// What a frame carries. The numbers are on the wire (docs/PROTOCOL.md): never changed or reused; 0 is never valid.
/// </summary>
public enum FrameType : byte
{
    /// <summary>First frame each way: magic, version, identity.</summary>
    Hello = 1,

    /// <summary>Supervisor → worker: a function the worker may be asked to run.</summary>
    Prepare = 2,

    /// <summary>Supervisor → worker: forget a function.</summary>
    Release = 3,

    /// <summary>Supervisor → worker: start an invocation; carries the first bytes of its input.</summary>
    Invoke = 4,

    /// <summary>Supervisor → worker: more input.</summary>
    Input = 5,

    /// <summary>Worker → supervisor: standard output.</summary>
    Output = 6,

    /// <summary>Worker → supervisor: standard error.</summary>
    ErrorOutput = 7,

    /// <summary>Worker → supervisor: the invocation has ended; nothing of it follows.</summary>
    Completed = 8,

    /// <summary>Supervisor → worker: the caller went away.</summary>
    Cancel = 9,

    /// <summary>Either way: the receiver of a stream took bytes and grants as many again.</summary>
    Window = 10,

    /// <summary>Supervisor → worker: are you there?</summary>
    Ping = 11,

    /// <summary>Worker → supervisor: yes, with its figures.</summary>
    Pong = 12,

    /// <summary>Supervisor → worker: finish what runs, start nothing; the supervisor closes after the last Completed.</summary>
    Drain = 13,
}
