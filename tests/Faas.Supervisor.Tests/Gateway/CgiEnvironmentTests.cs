using System.Buffers.Binary;
using System.Text;
using Faas.Supervisor.Functions;
using Faas.Supervisor.Gateway;
using Microsoft.AspNetCore.Http;

namespace Faas.Supervisor.Tests.Gateway;

public sealed class CgiEnvironmentTests
{
    private readonly FunctionVersion _function = new("", new FunctionMetadata
    {
        Format = FunctionMetadata.CurrentFormat,
        Id = "f_1",
        Name = "f",
        Language = "python",
        Version = 1,
        Stamp = 1,
        CreatedUnixSeconds = 1,
        SizeBytes = 1,
        SourceSha256 = "",
        TimeoutMs = 1,
        MemoryBytes = 1,
        OutputBytes = 1,
    });

    [Theory]
    [InlineData("Proxy")]
    [InlineData("proxy")]
    [InlineData("PROXY")]
    [InlineData("authorization")]
    [InlineData("Proxy-Authorization")]
    [InlineData("connection")]
    [InlineData("TE")]
    [InlineData("Upgrade")]
    [InlineData("X_Forwarded_For")]
    [InlineData("X.Y")]
    public void Of_HeaderThatIsNotTheFunctions_HasNoVariable(string name)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers[name] = "http://203.0.113.9";
        Assert.DoesNotContain(Variables(context), variable => variable.StartsWith("HTTP_", StringComparison.Ordinal));
    }

    [Fact]
    public void Of_RepeatedHeader_IsJoinedByItsSeparator()
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.Cookie = new(["a=1", "b=2"]);
        context.Request.Headers.Accept = new(["text/html", "text/plain"]);
        context.Request.Headers["X-One"] = "1";
        var variables = Variables(context);
        Assert.Contains("HTTP_COOKIE=a=1; b=2", variables);
        Assert.Contains("HTTP_ACCEPT=text/html, text/plain", variables);
        Assert.Contains("HTTP_X_ONE=1", variables);
    }

    [Fact]
    public void Of_Https_SaysSo()
    {
        var context = new DefaultHttpContext();
        Assert.DoesNotContain("HTTPS=on", Variables(context));
        context.Request.Scheme = "https";
        Assert.Contains("HTTPS=on", Variables(context));
    }

    private List<string> Variables(HttpContext context)
    {
        var environment = CgiEnvironment.Of(context, _function, "", 0);
        var bytes = environment.Strings.Span;
        var variables = new List<string>();
        while (!bytes.IsEmpty)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(bytes);
            variables.Add(Encoding.UTF8.GetString(bytes.Slice(sizeof(int), length)));
            bytes = bytes[(sizeof(int) + length)..];
        }

        Assert.Equal(environment.Count, variables.Count);
        return variables;
    }
}
