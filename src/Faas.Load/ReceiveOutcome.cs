namespace Faas.Load;

/// <summary>What one read from a connection brought.</summary>
internal enum ReceiveOutcome : byte
{
    /// <summary>Not the end of the response yet.</summary>
    Pending,

    /// <summary>The response is complete.</summary>
    Answered,

    /// <summary>The peer closed or reset the connection.</summary>
    Lost,

    /// <summary>The peer sent what is no response to the request.</summary>
    Malformed,
}
