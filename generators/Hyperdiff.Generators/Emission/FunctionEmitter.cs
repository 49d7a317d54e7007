using Hyperdiff.Generators.Model;
using Hyperdiff.Generators.Parsing;

namespace Hyperdiff.Generators.Emission;

/// <summary>Prints the function of a <c>[Differentiable]</c> method: of one parameter, or of the tuple of all.</summary>
internal static class FunctionEmitter
{
    // elements of tuples may not be called so
    private static readonly HashSet<string> s_taken = ["CompareTo", "Deconstruct", "Equals", "GetHashCode", "Rest", "ToString"];

    public static string Emit(FunctionModel model) => SourceFile.Emit(model.Hierarchy, string.Empty, writer =>
    {
        string names = string.Join(", ", model.Arguments.Select(argument => argument.Name));
        bool isTensor = model.Result.Kind == TreeKind.Tensor;
        string type = $"global::Hyperdiff.DifferentiableFunction<{Argument(model)}{(isTensor ? string.Empty : ", " + model.Result.Name)}>";
        string meaning = model.Summary is { } summary ? " " + summary : string.Empty;
        writer.Line($"/// <summary>The differentiable function <c>{model.Method}({names})</c>.{meaning}</summary>");
        FormEmitter.Attributes(writer, model.Attributes);
        writer.Line($"{model.Accessibility} static {type} {model.Member} => {model.Form}.Instance;");
        writer.Line();
        FormEmitter.Attributes(writer, model.Attributes);
        writer.Open($"private static class {model.Form}");
        writer.List($"internal static readonly {type} Instance = new(",
            [$"\"{model.Method}\"", $"\"{(model.Arguments.Count == 1 ? model.Arguments[0].Name : string.Empty)}\"",
                model.Lifted is null ? Call(model) : "Lifted.Run", Tree(model),
                .. isTensor ? (string[])[] : [TreeExpressions.Of(model.Result)]],
            ");");
        FormEmitter.Lifted(writer, model.Arguments.Select(argument => argument.Tree), model.Lifted);
        writer.Close();
    });

    /// <summary>The type of the argument.</summary>
    public static string Argument(FunctionModel model) => model.Arguments.Count == 1 ? model.Arguments[0].Type
        : $"({string.Join(", ", model.Arguments.Select(argument => argument.Type + Name(argument.Name)))})";

    private static string Name(string name) => s_taken.Contains(name) || (name.StartsWith("Item", StringComparison.Ordinal) && name.Skip(4).All(char.IsDigit))
        ? string.Empty : " " + TypeNames.Escape(name);

    private static string Call(FunctionModel model)
    {
        string arguments = model.Arguments.Count == 1 ? "x" : string.Join(", ", model.Arguments.Select((_, i) => $"x.Item{i + 1}"));
        return $"static x => {model.Hierarchy.QualifiedName}.{TypeNames.Escape(model.Method)}({arguments})";
    }

    private static string Tree(FunctionModel model) => model.Arguments.Count == 1
        ? TreeExpressions.OfParameter(model.Arguments[0]) : TreeExpressions.Named(model.Arguments);
}
