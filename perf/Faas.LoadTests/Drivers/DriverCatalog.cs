namespace Faas.LoadTests.Drivers;

/// <summary>The drivers this build has.</summary>
internal static class DriverCatalog
{
#if NBOMBER
    public static bool HasNBomber => true;
#else
    public static bool HasNBomber => false;
#endif

    /// <param name="name">Null or <c>builtin</c>, or <c>nbomber</c>.</param>
    /// <param name="reportFolder">Where a driver with reports of its own puts them.</param>
    public static ILoadDriver Create(string? name, string reportFolder)
    {
        switch (name?.ToLowerInvariant())
        {
            case null or "builtin":
                return new BuiltInDriver();
#if NBOMBER
            case "nbomber":
                return new NBomberDriver(Path.Combine(reportFolder, "nbomber"));
#endif
            default:
                throw new ArgumentException(
                    $"unknown driver '{name}'; this build has: builtin{(HasNBomber ? ", nbomber" : " (nbomber: build with -p:LoadDriver=NBomber)")}");
        }
    }
}
