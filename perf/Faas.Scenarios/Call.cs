namespace Faas.Scenarios;

/// <summary>One invocation a caller may make.</summary>
internal sealed record Call(string Function, byte[] Input)
{
    public static Call Of(FunctionSource function) => new(function.Name, []);

    /// <summary>The call of <see cref="FunctionSource.Wait"/> that takes so long.</summary>
    public static Call Waiting(int microseconds)
        => new(FunctionSource.Wait.Name, System.Text.Encoding.ASCII.GetBytes(microseconds.ToString(System.Globalization.CultureInfo.InvariantCulture)));
}
