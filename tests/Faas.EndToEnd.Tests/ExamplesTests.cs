using Faas.EndToEnd.Tests.Server;

namespace Faas.EndToEnd.Tests;

/// <summary>Every file under examples/ does what its .expected says.</summary>
public sealed class ExamplesTests(SharedServer shared)
{
    private static readonly Dictionary<string, string> s_languages = new()
    {
        [".c"] = "c", [".cpp"] = "cpp", [".rs"] = "rust", [".go"] = "go", [".js"] = "js",
        [".py"] = "python", [".php"] = "php", [".html"] = "html", [".wat"] = "wasm",
    };

    public static IEnumerable<TheoryDataRow<string>> Files =>
        from file in Directory.GetFiles(RepositoryLayout.Examples, "*", SearchOption.AllDirectories)
        where s_languages.ContainsKey(Path.GetExtension(file))
        select new TheoryDataRow<string>(Path.GetRelativePath(RepositoryLayout.Examples, file));

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Example_DeployedAndInvoked_AnswersAsExpected(string file)
    {
        var path = Path.Combine(RepositoryLayout.Examples, file);
        var name = $"example-{Path.GetDirectoryName(file)}-{Path.GetFileNameWithoutExtension(file)}";
        await shared.Server.DeployedAsync(name, s_languages[Path.GetExtension(file)], await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
        var input = Read(Path.ChangeExtension(path, ".input"));
        var expected = Read(Path.ChangeExtension(path, ".expected")) ?? throw new FileNotFoundException($"{file} has no .expected");

        if (Read(Path.ChangeExtension(path, ".request")) is { } request)
        {
            var method = input is null ? HttpMethod.Get : HttpMethod.Post;
            var answer = await shared.Server.SendAsync(method, $"/fn/{name}{request.TrimEnd('\n')}", input is null ? null : System.Text.Encoding.UTF8.GetBytes(input));
            Assert.Equal(expected, answer.Body);
        }
        else
        {
            Assert.Equal(expected, (await shared.Server.InvokeAsync(name, input ?? "")).ShouldSucceed().Output);
        }
    }

    private static string? Read(string path) => File.Exists(path) ? File.ReadAllText(path) : null;
}
