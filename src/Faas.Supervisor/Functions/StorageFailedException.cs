namespace Faas.Supervisor.Functions;

/// <summary>
/// The system refused: the disk is full, read-only or broken, or no descriptor or process is left. Of what was asked nothing was done; the
/// same may succeed later.
/// </summary>
public sealed class StorageFailedException : Exception
{
    /// <param name="what">What was to be done, as in "could not …".</param>
    /// <param name="cause">What the disk said.</param>
    public StorageFailedException(string what, Exception cause)
        : base($"could not {what}: {cause?.Message}", cause)
    {
    }

    /// <summary>Does <paramref name="work"/> at the edge of a store: what the disk refuses leaves it as this exception.</summary>
    internal static T Guard<T>(string what, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception exception) when (IsOfTheDisk(exception))
        {
            throw new StorageFailedException(what, exception);
        }
    }

    /// <summary>True for what .NET throws when the system refuses a file.</summary>
    internal static bool IsOfTheDisk(Exception exception) => exception is IOException or UnauthorizedAccessException;
}
