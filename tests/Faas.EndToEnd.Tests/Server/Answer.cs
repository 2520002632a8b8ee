using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Faas.EndToEnd.Tests.Server;

/// <summary>One whole HTTP answer.</summary>
public sealed record Answer(int Status, byte[] Bytes, HttpResponseHeaders Headers, HttpContentHeaders ContentHeaders)
{
    public string Body { get; } = Encoding.UTF8.GetString(Bytes);

    public JsonElement Json => JsonDocument.Parse(Bytes).RootElement;

    public bool IsOk => Status == 200 && Json.GetProperty("ok").GetBoolean();

    /// <summary>The stable code; null when the answer is no failure.</summary>
    public string? Error => Text("error");

    public string? Output => Text("output");

    public string? Text(string name) =>
        Bytes is [(byte)'{', ..] && Json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public string? Header(string name) =>
        Headers.TryGetValues(name, out var values) || ContentHeaders.TryGetValues(name, out values) ? string.Join(", ", values) : null;

    /// <summary>Index of the worker that ran it.</summary>
    public int Worker => int.Parse(Header("X-Faas-Worker") ?? throw new InvalidOperationException($"no X-Faas-Worker: {this}"), CultureInfo.InvariantCulture);

    public override string ToString() => $"{Status} {(Body.Length > 2000 ? Body[..2000] + "…" : Body)}";

    /// <summary>Fails unless this is the failure with that status and code, in the form of the API.</summary>
    public Answer ShouldFail(int status, string code)
    {
        Assert.True(Status == status && Error == code, $"expected {status} {code}, got {this}");
        Assert.StartsWith($$"""{"ok":false,"error":"{{code}}","message":""", Body, StringComparison.Ordinal);
        Assert.Equal("application/json", Header("Content-Type"));
        Assert.NotEqual("", Text("message"));
        return this;
    }

    /// <summary>Fails unless this is a success of the API.</summary>
    public Answer ShouldSucceed()
    {
        Assert.True(IsOk, ToString());
        return this;
    }
}
