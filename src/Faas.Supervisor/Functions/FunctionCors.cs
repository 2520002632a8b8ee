namespace Faas.Supervisor.Functions;

/// <summary>Who decides which pages may use a function under <c>/fn/</c>: the server, or with <c>cors=function</c> the function itself.</summary>
internal static class FunctionCors
{
    public const string Option = "cors";
    public const string OfTheFunction = "function";

    /// <summary>True: preflights and requests from any page are the function's to answer.</summary>
    public static bool IsOwn(FunctionVersion function) =>
        function.Options.TryGetValue(Option, out var value) && value == OfTheFunction;
}
