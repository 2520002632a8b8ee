using System.Text;
using System.Text.Json;

namespace Faas.Runtimes.Native;

/// <summary>Parts of an invocation as the drivers read them.</summary>
internal static class InvocationJson
{
    /// <summary><c>"args":[…]</c>; bytes that are not UTF-8 become replacement characters.</summary>
    internal static void WriteArguments(Utf8JsonWriter json, InvocationContext invocation)
    {
        json.WriteStartArray("args"u8);
        for (var i = 0; i < invocation.ArgumentCount; i++)
        {
            json.WriteStringValue(Encoding.UTF8.GetString(invocation.GetArgument(i)));
        }

        json.WriteEndArray();
    }

    /// <summary><c>"env":{…}</c>; of a variable given twice the later one counts.</summary>
    internal static void WriteEnvironment(Utf8JsonWriter json, InvocationContext invocation)
    {
        json.WriteStartObject("env"u8);
        for (var i = 0; i < invocation.EnvironmentCount; i++)
        {
            var variable = invocation.GetEnvironment(i);
            var equals = variable.IndexOf((byte)'=');
            if (equals > 0 && variable.IndexOf((byte)0) < 0)
            {
                json.WriteString(Encoding.UTF8.GetString(variable[..equals]), Encoding.UTF8.GetString(variable[(equals + 1)..]));
            }
        }

        json.WriteEndObject();
    }
}
