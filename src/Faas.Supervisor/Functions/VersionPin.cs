using System.Globalization;
using System.Text;

namespace Faas.Supervisor.Functions;

/// <summary>
/// A roll-back: the name means this version until the next deploy. On disk as <c>pins/NAME</c>. It ends by itself with
/// the first version whose stamp is later than those that were there, so a deploy needs no second durable step.
/// It may also spread what calls the name over several versions.
/// </summary>
/// <param name="Id">The version that the name means.</param>
/// <param name="UpToStamp">Stamp of the newest version at that time.</param>
/// <param name="Weights">Share of each version in the invocations by name; empty when all are of <paramref name="Id"/>.</param>
internal sealed record VersionPin(string Id, long UpToStamp, IReadOnlyList<KeyValuePair<string, int>> Weights)
{
    /// <summary>Writes it so that it survives anything from the moment this returns.</summary>
    /// <param name="reached">Called after each step.</param>
    internal void Write(DataDirectory data, string name, Action<StoreStep>? reached)
    {
        var folder = data.CreateTemporaryFolder("pin");
        var staged = Path.Combine(folder, name);
        try
        {
            DurableFiles.Write(staged, Encoding.ASCII.GetBytes(Format()));
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
            if (File.ReadAllLines(PathOf(data, name)) is not [var id, var stamp, .. var shares]
                || !long.TryParse(stamp, NumberStyles.None, CultureInfo.InvariantCulture, out var upTo))
            {
                return null;
            }

            var weights = new List<KeyValuePair<string, int>>();
            foreach (var share in shares)
            {
                if (share.Split(' ') is not [var weight, var version] || !int.TryParse(weight, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                {
                    return null;
                }

                weights.Add(KeyValuePair.Create(version, number));
            }

            return new VersionPin(id, upTo, weights);
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

    private string Format()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Id}\n{UpToStamp}\n");
        foreach (var (version, weight) in Weights)
        {
            text.Append(CultureInfo.InvariantCulture, $"{weight} {version}\n");
        }

        return text.ToString();
    }

    private static string PathOf(DataDirectory data, string name) => Path.Combine(data.Pins, name);
}
