using System.Text;
using System.Text.RegularExpressions;
using Faas.EndToEnd.Tests.Server;

namespace Faas.EndToEnd.Tests;

/// <summary>What the endpoints answer when all goes well, and to paths that are not there.</summary>
public sealed class ApiTests(SharedServer shared)
{
    private const string Hello = "#include <stdio.h>\nint main(void) { puts(\"Hello from FAAS!\"); }\n";

    private MiniFaasServer Server => shared.Server;

    [Fact]
    public async Task ReadmeTour_Answers_BeginExactlyAsPromised()
    {
        var id = await Server.DeployedAsync("tour", "c", Hello);
        Assert.Matches("^tour_[0-9]{10,}$", id);

        var deployed = await Server.DeployAsync("tour", "c", Hello);
        Assert.Matches(new Regex("""^\{"ok":true,"id":"tour_[0-9]+","name":"tour","lang":"c","wasm":true,"""), deployed.Body);
        Assert.Equal("application/json", deployed.Header("Content-Type"));

        var invoked = await Server.InvokeAsync("tour");
        Assert.StartsWith("""{"ok":true,"output":"Hello from FAAS!\n""", invoked.Body, StringComparison.Ordinal);

        var function = await Server.GetAsync($"/function/{id}");
        Assert.StartsWith(
            $$"""{"ok":true,"id":"{{id}}","name":"tour","lang":"c","size":{{Hello.Length}},"code":"#include <stdio.h>\nint main""", function.Body, StringComparison.Ordinal);
        Assert.Equal(Hello, function.Text("code"));
    }

    [Fact]
    public async Task Deploy_IdHoldsUnixSeconds()
    {
        var before = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var id = await Server.DeployedAsync("seconds", "wasm", Sources.Ok);
        var number = long.Parse(id["seconds_".Length..], System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(number, before, DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 1);
    }

    [Fact]
    public async Task Deploy_SecondOfAName_IsNewestAndOldIdStillRuns()
    {
        var first = await Server.DeployedAsync("versions", "html", "one");
        var second = await Server.DeployedAsync("versions", "html", "two");
        Assert.NotEqual(first, second);
        Assert.Equal("two", (await Server.InvokeAsync("versions")).Output);
        Assert.Equal("one", (await Server.InvokeAsync(first)).Output);
        Assert.Equal("two", (await Server.InvokeAsync(second)).Output);
        Assert.Equal(second, (await Server.GetAsync("/function/versions")).Text("id"));
        Assert.Equal("one", (await Server.GetAsync($"/function/{first}")).Text("code"));
    }

    [Fact]
    public async Task Delete_OfAnId_LeavesTheOtherVersions()
    {
        var first = await Server.DeployedAsync("delete-one", "html", "one");
        var second = await Server.DeployedAsync("delete-one", "html", "two");
        (await Server.SendAsync(HttpMethod.Delete, $"/function/{second}")).ShouldSucceed();
        Assert.Equal("one", (await Server.InvokeAsync("delete-one")).Output);
        (await Server.InvokeAsync(second)).ShouldFail(404, "function_not_found");
        (await Server.InvokeAsync(first)).ShouldSucceed();
    }

    [Fact]
    public async Task Delete_OfAName_RemovesAllVersions()
    {
        var first = await Server.DeployedAsync("delete-all", "wasm", Sources.Ok);
        (await Server.InvokeAsync(first)).ShouldSucceed();
        await Server.DeployedAsync("delete-all", "wasm", Sources.Ok);
        (await Server.SendAsync(HttpMethod.Delete, "/function/delete-all")).ShouldSucceed();
        (await Server.InvokeAsync("delete-all")).ShouldFail(404, "function_not_found");
        (await Server.InvokeAsync(first)).ShouldFail(404, "function_not_found");
        (await Server.GetAsync("/function/delete-all")).ShouldFail(404, "function_not_found");
        (await Server.SendAsync(HttpMethod.Delete, "/function/delete-all")).ShouldFail(404, "function_not_found");
    }

    [Fact]
    public async Task Functions_ListsWhatIsDeployed()
    {
        var id = await Server.DeployedAsync("listed", "html", "x");
        var answer = await Server.GetAsync("/functions");
        Assert.StartsWith("""{"ok":true,"functions":[{""", answer.Body, StringComparison.Ordinal);
        Assert.Contains(answer.Json.GetProperty("functions").EnumerateArray(), function => function.GetProperty("id").GetString() == id);
    }

    [Theory]
    [InlineData("/healthz")]
    [InlineData("/readyz")]
    public async Task Health_WhenRunning_IsOk(string path) => (await Server.GetAsync(path)).ShouldSucceed();

    [Fact]
    public async Task UnknownPath_AnswersInJson() => (await Server.GetAsync("/nothing/here")).ShouldFail(404, "not_found");

    [Theory]
    [InlineData("GET", "/invoke?fn=x")]
    [InlineData("GET", "/deploy?name=x&lang=c")]
    [InlineData("POST", "/functions")]
    [InlineData("PUT", "/function/x")]
    public async Task WrongMethod_AnswersInJsonAndNamesTheRightOne(string method, string path)
    {
        var answer = (await Server.SendAsync(new HttpMethod(method), path)).ShouldFail(405, "method_not_allowed");
        Assert.NotNull(answer.Header("Allow"));
    }

    [Fact]
    public async Task Invoke_Input_IsStandardInput()
    {
        await Server.DeployedAsync("echo", "c", RepositoryLayout.Module("echo.c"));
        const string Text = "zażółć \"gęślą\"\n\\jaźń\u0001";
        Assert.Equal(Text, (await Server.InvokeAsync("echo", Text)).ShouldSucceed().Output);
    }

    [Fact]
    public async Task Invoke_OutputThatIsNoText_ComesAsBase64()
    {
        await Server.DeployedAsync("echo", "c", RepositoryLayout.Module("echo.c"));
        byte[] bytes = [0, 0xFF, 0xC3, 0x28, 10];
        var answer = (await Server.InvokeAsync("echo", bytes)).ShouldSucceed();
        Assert.Equal($$"""{"ok":true,"outputBase64":"{{Convert.ToBase64String(bytes)}}"}""", answer.Body);
    }

    [Fact]
    public async Task Invoke_ArgumentsAndEnvironment_ReachTheFunction()
    {
        await Server.DeployedAsync("args", "c", RepositoryLayout.Module("args.c"), "&env=GREETING=a%3Db%20c");
        Assert.Equal("[one][two words][]a=b c\n", (await Server.InvokeAsync("args", "", "&arg=one&arg=two%20words&arg=")).ShouldSucceed().Output);
        await Server.DeployedAsync("args", "c", RepositoryLayout.Module("args.c"));
        Assert.Equal("(none)\n", (await Server.InvokeAsync("args")).ShouldSucceed().Output);
    }

    [Fact]
    public async Task Invoke_Environment_HoldsIdentityAndNothingOfTheHost()
    {
        const string Source = "#include <stdio.h>\nextern char **environ;\nint main(void) { for (char **v = environ; *v; v++) puts(*v); }\n";
        var id = await Server.DeployedAsync("environment", "c", Source, "&env=OWN=1");
        var variables = (await Server.InvokeAsync("environment")).ShouldSucceed().Output!.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains("FAAS_FUNCTION=environment", variables);
        Assert.Contains($"FAAS_ID={id}", variables);
        Assert.Contains("OWN=1", variables);
        Assert.Contains(variables, variable => variable.StartsWith("FAAS_INVOCATION=", StringComparison.Ordinal));
        Assert.Equal(4, variables.Length);
    }

    [Fact]
    public async Task Invoke_State_DoesNotSurviveAnInvocation()
    {
        const string Source = "#include <stdio.h>\nstatic int count;\nint main(void) { FILE *f = fopen(\"/kept\", \"a+\"); if (f) { fputs(\"x\", f); fseek(f, 0, SEEK_END); printf(\"%ld \", ftell(f)); } printf(\"%d\\n\", ++count); }\n";
        await Server.DeployedAsync("stateless", "c", Source);
        var first = (await Server.InvokeAsync("stateless")).ShouldSucceed().Output;
        for (var i = 0; i < 8; i++)
        {
            Assert.Equal(first, (await Server.InvokeAsync("stateless")).Output);
        }
    }

    [Fact]
    public async Task Deploy_OneHundredAtOnceOfOneName_GiveDistinctIdsAndTheNewestAnswers()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Server.DeployAsync("rush", "html", $"number {i}")));
        Assert.All(answers, answer => answer.ShouldSucceed());
        Assert.Equal(100, answers.Select(answer => answer.Text("id")).Distinct().Count());
        Assert.Equal(100, answers.Select(answer => answer.Json.GetProperty("version").GetInt32()).Distinct().Count());
        var newest = Enumerable.Range(0, 100).MaxBy(i => answers[i].Json.GetProperty("version").GetInt32());
        Assert.Equal($"number {newest}", (await Server.InvokeAsync("rush")).Output);
        for (var i = 0; i < 100; i++)
        {
            Assert.Equal($"number {i}", (await Server.InvokeAsync(answers[i].Text("id")!)).Output);
        }
    }

    [Fact]
    public async Task Deploy_ManyCompiledAtOnceOfOneName_AllRun()
    {
        static string Source(int i) => $"#include <unistd.h>\nint main(void) {{ write(1, \"{i}\", {(i < 10 ? 1 : 2)}); }}\n";
        await Server.DeployedAsync("rush-c", "c", Source(0));
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => Server.DeployAsync("rush-c", "c", Source(i))));
        for (var i = 0; i < answers.Length; i++)
        {
            Assert.Equal($"{i}", (await Server.InvokeAsync(answers[i].ShouldSucceed().Text("id")!)).ShouldSucceed().Output);
        }
    }

    [Fact]
    public async Task Html_Invoked_IsItsContent()
    {
        await Server.DeployedAsync("page", "html", "<p>hé</p>");
        Assert.Equal(Encoding.UTF8.GetBytes("""{"ok":true,"output":"<p>hé</p>"}"""), (await Server.InvokeAsync("page")).Bytes);
    }
}
