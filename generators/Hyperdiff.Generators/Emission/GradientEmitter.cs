using Hyperdiff.Generators.Model;
using Hyperdiff.Generators.Parsing;

namespace Hyperdiff.Generators.Emission;

/// <summary>Prints the implementation of a <c>[GradientOf]</c> method.</summary>
/// <remarks>It repeats the names of the parameters, but no attributes: those of both parts are joined, and a second <c>[Batch]</c> would be CS0579.</remarks>
internal static class GradientEmitter
{
    public static string Emit(GradientModel model) => SourceFile.Emit(model.Hierarchy, string.Empty, writer =>
    {
        string[] names = [.. model.Parameters.Select(parameter => TypeNames.Escape(parameter.Name))];
        string parameters = string.Join(", ",
            model.Parameters.Select((parameter, i) => $"{(i == 0 && model.IsExtension ? "this " : string.Empty)}{parameter.Type} {names[i]}"));
        writer.Line("// the gradient in the first parameter: reverse mode through the traced objective");
        writer.Line(SourceFile.GeneratedCodeAttribute);
        writer.Line(
            $"{model.Modifiers} {model.ReturnType} {TypeNames.Escape(model.Method)}({parameters}) "
                + $"=> {model.Form}.Instance.Gradient({names[0]}, {names[1]}, {FormEmitter.Bound([.. model.Parameters.Skip(2).Select(parameter => parameter.Name)])});");
    });
}
