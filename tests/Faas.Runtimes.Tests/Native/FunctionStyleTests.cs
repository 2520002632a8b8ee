using System.Text;
using Faas.Runtimes.Native;
using Faas.Runtimes.Native.Node;
using Faas.Runtimes.Native.Php;
using Faas.Runtimes.Native.Python;

namespace Faas.Runtimes.Tests.Native;

public sealed class FunctionStyleTests
{
    [Theory]
    [InlineData("def handler(event, context):\n  return 1", true)]
    [InlineData("import os\nasync def handler(event, context):\n  return 1", true)]
    [InlineData("print('hi')", false)]
    [InlineData("\"\"\"\ndef handler(event, context):\n\"\"\"\nprint(1)", false)]
    [InlineData("import signal\ndef handler(signum, frame): pass\nsignal.signal(2, handler)", false)]
    [InlineData("def handler(e, c): pass\nif __name__ == '__main__':\n  handler(1, 2)", false)]
    public void Python_Source_IsTold(string source, bool isHandler) =>
        Assert.Equal(isHandler, PythonStyle.Detect(Encoding.UTF8.GetBytes(source)) == FunctionStyle.Handler);

    [Theory]
    [InlineData("exports.handler = async (e) => 1", true)]
    [InlineData("let n = 0; exports.handler = async (e) => n++", true)]
    [InlineData("module.exports = { handler: (e) => 1 }", true)]
    [InlineData("module.exports.handler = function (e) {}", true)]
    [InlineData("export default async (e) => 1", true)]
    [InlineData("export const handler = (e) => 1;", true)]
    [InlineData("console.log('exports.handler = 1')", false)]
    [InlineData("// exports.handler = 1\nconsole.log(1)", false)]
    public void Node_Source_IsTold(string source, bool isHandler) =>
        Assert.Equal(isHandler, NodeStyle.Detect(Encoding.UTF8.GetBytes(source)) == FunctionStyle.Handler);

    [Theory]
    [InlineData("import fs from 'fs';\nconsole.log(1)", true)]
    [InlineData("import 'fs';", true)]
    [InlineData("export default 1", true)]
    [InlineData("const fs = require('fs')", false)]
    [InlineData("import('fs').then(console.log)", false)]
    [InlineData("const x = await f();\nconsole.log(x)", true)]
    [InlineData("(async () => {\nawait f();\n})();\nrequire('fs')", false)]
    public void Node_Source_IsAModuleOrNot(string source, bool isModule) =>
        Assert.Equal(isModule, NodeStyle.IsEsModule(Encoding.UTF8.GetBytes(source)));

    [Theory]
    [InlineData("<?php return function ($e) {};", true)]
    [InlineData("<?php return fn ($e) => 1;", true)]
    [InlineData("<?php function f() { return function () {}; } echo 1;", false)]
    [InlineData("<?php echo 'return function';", false)]
    public void Php_Source_IsTold(string source, bool isHandler) =>
        Assert.Equal(isHandler, PhpStyle.Detect(Encoding.UTF8.GetBytes(source)) == FunctionStyle.Handler);
}
