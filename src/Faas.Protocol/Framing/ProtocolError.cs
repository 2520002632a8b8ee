namespace Faas.Protocol.Framing;

/// <summary>Why a session was ended: a closed vocabulary for logs and tests.</summary>
public enum ProtocolError
{
    /// <summary>The payload length is over the session's limit.</summary>
    FrameTooLong,

    /// <summary>The type is not one of <see cref="FrameType"/>.</summary>
    UnknownType,

    /// <summary>A flag that the type does not define, or the reserved field is not 0.</summary>
    ReservedBits,

    /// <summary>The stream ended inside a frame.</summary>
    TruncatedFrame,

    /// <summary>The payload does not have its type's layout.</summary>
    MalformedPayload,

    /// <summary>A frame of an invocation without an id, or of the session with one.</summary>
    WrongScope,

    /// <summary>A frame that may not come at this point or in this direction.</summary>
    UnexpectedFrame,

    /// <summary>The first frame is not a Hello of this protocol.</summary>
    BadMagic,

    /// <summary>The other side speaks another version.</summary>
    VersionMismatch,

    /// <summary>The one-time token is unknown or was used before.</summary>
    BadToken,

    /// <summary>More bytes than the receiver's window allowed.</summary>
    WindowExceeded,
}
