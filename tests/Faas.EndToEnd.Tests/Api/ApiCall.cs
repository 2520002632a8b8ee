using System.Text.Json;

namespace Faas.EndToEnd.Tests.Api;

/// <summary>One operation of the document.</summary>
internal sealed record ApiCall(string Path, string Method, string Id, JsonElement Json);
