using System.Text;
using Faas.Supervisor.Functions;

namespace Faas.Supervisor.Tests.Functions;

internal static class Drafts
{
    internal static FunctionDraft Script(string name, string source = "print('hello')") =>
        new() { Name = name, Language = FunctionLanguages.Python, Source = Encoding.UTF8.GetBytes(source) };

    internal static FunctionDraft Compiled(string name, string source = "int main(void) { return 0; }", string module = "\0asm stands in") =>
        new() { Name = name, Language = FunctionLanguages.C, Source = Encoding.UTF8.GetBytes(source), Module = Encoding.UTF8.GetBytes(module), CompileMs = 12 };
}
