using Hyperdiff.Generators.Emission;
using Hyperdiff.Generators.Model;
using Hyperdiff.Generators.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Hyperdiff.Generators.Lifting;

/// <summary>Lifts the body of an annotated method over plain numbers, with all that it calls.</summary>
/// <remarks>What cannot be lifted has a form that throws: so the only error is the one at the expression, and code that uses the form is left alone.</remarks>
internal static class LiftedForm
{
    /// <summary>The form with its lifted body.</summary>
    public static FormModel Of(IMethodSymbol method, FormModel form, Compilation compilation, CancellationToken cancellation)
    {
        string[] likes = ["w", "h", .. method.Parameters.Skip(2).Select((_, i) => $"data.Item{i + 1}")];
        string header = $"{form.State.Name} w, {form.Hyper.Name} h, {FormEmitter.DataType(form)} data";
        return form with { Lifted = Lift(method, (header, likes), compilation, cancellation).Lifted };
    }

    /// <summary>The function with its lifted body.</summary>
    public static FunctionModel Of(IMethodSymbol method, FunctionModel function, Compilation compilation, CancellationToken cancellation)
    {
        string[] likes = method.Parameters.Length == 1 ? ["x"] : [.. method.Parameters.Select((_, i) => $"x.Item{i + 1}")];
        return function with { Lifted = Lift(method, (FunctionEmitter.Argument(function) + " x", likes), compilation, cancellation).Lifted };
    }

    /// <summary>What cannot be lifted.</summary>
    public static IReadOnlyList<Issue> Issues(IMethodSymbol method, Compilation compilation, CancellationToken cancellation) =>
        Lift(method, (string.Empty, [.. method.Parameters.Select(_ => string.Empty)]), compilation, cancellation).Issues;

    private static (string Lifted, IReadOnlyList<Issue> Issues) Lift(IMethodSymbol method, (string Header, string[] Likes) arguments, Compilation compilation,
        CancellationToken cancellation)
    {
        method = GeneratedNames.Definition(method);
        var program = new LiftedProgram(compilation, method.ContainingType, cancellation);
        SourceWriter writer = Begin(arguments.Header);
        if (program.Body(method) is { } body)
        {
            Run(method, body, arguments.Likes, program, writer);
            writer.Close();
            program.Emit(writer);
            writer.Close();
        }

        // what the compiler has to say comes first
        bool isBroken = program.HasErrors || program.Body(method) is null;
        return isBroken || program.Issues.Count > 0 ? (Stub(method, arguments.Header), isBroken ? [] : program.Issues) : (writer.ToString(), []);
    }

    private static string Stub(IMethodSymbol method, string header)
    {
        SourceWriter writer = Begin(header);
        writer.Line(
            $"throw new global::System.NotSupportedException({SymbolDisplay.FormatLiteral($"{method.Name} could not be lifted to tensors.", quote: true)});");
        writer.Close();
        writer.Close();
        return writer.ToString();
    }

    private static SourceWriter Begin(string header)
    {
        var writer = new SourceWriter();
        writer.Open("private static class Lifted");
        writer.Open($"internal static void Run({header}, global::Hyperdiff.LeafReader reader, global::Hyperdiff.LeafWriter writer)");
        return writer;
    }

    private static void Run(IMethodSymbol method, IOperation body, string[] likes, LiftedProgram program, SourceWriter writer)
    {
        var values = new MirrorEmitter(program, writer);
        writer.Line($"var call = new {LiftedNames.Call}();");
        for (int i = 0; i < likes.Length; i++)
        {
            writer.Line($"{program.TypeOf(method.Parameters[i].Type)} argument_{i} = {values.Read(method.Parameters[i].Type, likes[i])};");
        }

        bool[] dependent = [.. method.Parameters.Select(parameter => !TreeTypes.IsStatic(parameter.Type))];
        string? name = program.Method(method, dependent, body);
        writer.Line($"var result = {name}(call, {string.Join(", ", likes.Select((_, i) => $"argument_{i}"))});");
        values.Write(method.ReturnType, "result");
    }
}
