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
    private const string Body = "private static class Lifted";

    /// <summary>The form with its lifted body.</summary>
    public static FormModel Of(IMethodSymbol method, FormModel form, Compilation compilation, CancellationToken cancellation)
    {
        (string lifted, IReadOnlyList<Issue> issues) = Lift(method, form, compilation, cancellation);
        return form with { Lifted = issues.Count == 0 ? lifted : Stub(form) };
    }

    /// <summary>What cannot be lifted.</summary>
    public static IReadOnlyList<Issue> Issues(IMethodSymbol method, FormModel form, Compilation compilation, CancellationToken cancellation) =>
        Lift(method, form, compilation, cancellation).Issues;

    private static (string Lifted, IReadOnlyList<Issue> Issues) Lift(IMethodSymbol method, FormModel form, Compilation compilation,
        CancellationToken cancellation)
    {
        method = GeneratedNames.Definition(method);
        var program = new LiftedProgram(compilation, method.ContainingType, cancellation);
        SourceWriter writer = Begin(form);
        if (program.Body(method) is { } body)
        {
            Run(method, body, program, writer);
            writer.Close();
            program.Emit(writer);
            writer.Close();
        }

        return program.HasErrors || program.Body(method) is null ? (Stub(form), []) : (writer.ToString(), program.Issues);
    }

    private static string Stub(FormModel form)
    {
        SourceWriter writer = Begin(form);
        writer.Line(
            $"throw new global::System.NotSupportedException({SymbolDisplay.FormatLiteral($"{form.Method} could not be lifted to tensors.", quote: true)});");
        writer.Close();
        writer.Close();
        return writer.ToString();
    }

    private static SourceWriter Begin(FormModel form)
    {
        var writer = new SourceWriter();
        writer.Open(Body);
        writer.Open(
            $"internal static void Run({form.State.Name} w, {form.Hyper.Name} h, {FormEmitter.DataType(form)} data, global::Hyperdiff.LeafReader reader, "
            + "global::Hyperdiff.LeafWriter writer)");
        return writer;
    }

    private static void Run(IMethodSymbol method, IOperation body, LiftedProgram program, SourceWriter writer)
    {
        var values = new MirrorEmitter(program, writer);
        writer.Line($"var call = new {LiftedNames.Call}();");
        string[] likes = ["w", "h", .. method.Parameters.Skip(2).Select((_, i) => $"data.Item{i + 1}")];
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
