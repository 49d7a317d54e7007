using Hyperdiff.Generators.Emission;
using Hyperdiff.Generators.Model;
using Hyperdiff.Generators.Parsing;
using Microsoft.CodeAnalysis;

namespace Hyperdiff.Generators.Lifting;

/// <summary>Lifts the body of an annotated method over plain numbers, with all that it calls.</summary>
internal static class LiftedForm
{
    /// <summary>The form with its lifted body, or the reasons why there is none.</summary>
    public static Parsed<FormModel> Of(IMethodSymbol method, FormModel form, Compilation compilation, CancellationToken cancellation)
    {
        method = GeneratedNames.Definition(method);
        var program = new LiftedProgram(compilation, method.ContainingType, cancellation);
        if (program.Body(method) is not { } body)
        {
            return new Parsed<FormModel>(null, []);
        }

        var writer = new SourceWriter();
        writer.Open("private static class Lifted");
        writer.Open($"internal static void Run({form.State.Name} w, {form.Hyper.Name} h, {FormEmitter.DataType(form)} data, global::Hyperdiff.LeafReader reader, "
            + "global::Hyperdiff.LeafWriter writer)");
        var values = new MirrorEmitter(program, writer);
        writer.Line($"var call = new {LiftedTypes.Call}();");
        string[] likes = ["w", "h", .. method.Parameters.Skip(2).Select((_, i) => $"data.Item{i + 1}")];
        for (int i = 0; i < likes.Length; i++)
        {
            writer.Line($"{program.TypeOf(method.Parameters[i].Type)} argument_{i} = {values.Read(method.Parameters[i].Type, likes[i])};");
        }

        bool[] dependent = [.. method.Parameters.Select(parameter => !TreeTypes.IsStatic(parameter.Type))];
        string? name = program.Method(method, dependent, body);
        writer.Line($"var result = {name}(call, {string.Join(", ", likes.Select((_, i) => $"argument_{i}"))});");
        values.Write(method.ReturnType, "result");
        writer.Close();
        program.Emit(writer);
        writer.Close();
        return new Parsed<FormModel>(form with { Lifted = writer.ToString() }, program.Issues);
    }

    /// <summary>Whether what a <c>[GradientOf]</c> or <c>[HessianProductOf]</c> method differentiates has a lifted form.</summary>
    public static bool CanDifferentiate(IMethodSymbol derivative, Compilation compilation, CancellationToken cancellation) =>
        ((string[])[KnownNames.GradientOf, KnownNames.HessianProductOf])
            .Select(attribute => DerivativeParser.FunctionOf(GeneratedNames.Definition(derivative), attribute, cancellation))
            .FirstOrDefault(function => function is not null) is { } found
        && FormParser.Parse(found.Method, found.Kind, cancellation).Model is { } form && Of(found.Method, form, compilation, cancellation).Model is not null;
}
