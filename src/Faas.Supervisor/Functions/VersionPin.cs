using System.Globalization;
using System.Text;

namespace Faas.Supervisor.Functions;

/// <summary>
/// A roll-back: the name means this version until the next deploy. On disk as <c>pins/NAME</c>. It ends by itself with
/// the first version whose stamp is later than those that were there, so a deploy needs no second durable step.
/// </summary>
/// <param name="Id">The version that the name means.</param>
/// <param name="UpToStamp">Stamp of the newest version at the time of the roll-back.</param>
internal sealed record VersionPin(string Id, long UpToStamp)
{
    /// <summary>Writes it so that it survives anything from the moment this returns.</summary>
    /// <param name="reached">Called after each step.</param>
    internal void Write(DataDirectory data, string name, Action<StoreStep>? reached)
    {
        var folder = data.CreateTemporaryFolder("pin");
        var staged = Path.Combine(folder, name);
        try
        {
            DurableFiles.Write(staged, Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Id}\n{UpToStamp}\n")));
            reached?.Invoke(StoreStep.PinStaged);
            File.Move(staged, PathOf(data, name), overwrite: true);
            reached?.Invoke(StoreStep.PinRenamed);
            DurableFiles.FlushFolder(data.Pins);
        }
        finally
        {
            FunctionFolder.TryRemove(folder);
        }
    }

    /// <summary>The pin of a name; null when there is none, or it cannot be understood.</summary>
    internal static VersionPin? TryRead(DataDirectory data, string name)
    {
        try
        {
            return File.ReadAllLines(PathOf(data, name)) is [var id, var stamp] && long.TryParse(stamp, NumberStyles.None, CultureInfo.InvariantCulture, out var upTo)
                ? new VersionPin(id, upTo)
                : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Removes the file. One that stays is without effect: its version is gone, or a later one is there.</summary>
    internal static void TryRemove(DataDirectory data, string name)
    {
        try
        {
            File.Delete(PathOf(data, name));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The next start tries again.
        }
    }

    private static string PathOf(DataDirectory data, string name) => Path.Combine(data.Pins, name);
}
