namespace Faas.Supervisor.AsyncInvocations;

/// <summary>How far the telling of an end has come. The numbers are on disk: never reused.</summary>
internal enum CallbackState
{
    None = 0,

    /// <summary>Not delivered yet.</summary>
    Due = 1,

    /// <summary>The other side answered with success.</summary>
    Delivered = 2,

    /// <summary>Every attempt failed.</summary>
    GivenUp = 3,
}
