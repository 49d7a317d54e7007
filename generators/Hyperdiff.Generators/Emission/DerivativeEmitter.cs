using Hyperdiff.Generators.Model;
using Hyperdiff.Generators.Parsing;

namespace Hyperdiff.Generators.Emission;

/// <summary>Prints the implementation of a <c>[GradientOf]</c> or <c>[HessianProductOf]</c> method.</summary>
/// <remarks>It repeats the names of the parameters, but no attributes: those of both parts are joined, and a second <c>[Batch]</c> would be CS0579.</remarks>
internal static class DerivativeEmitter
{
    public static string Emit(DerivativeModel model) => SourceFile.Emit(model.Hierarchy, string.Empty, writer =>
    {
        string[] names = [.. model.Parameters.Select(parameter => TypeNames.Escape(parameter.Name))];
        string parameters = string.Join(", ",
            model.Parameters.Select((parameter, i) => $"{(i == 0 && model.IsExtension ? "this " : string.Empty)}{parameter.Type} {names[i]}"));
        (string what, int further) = model.Kind switch
        {
            DerivativeKind.Gradient => ("the gradient in the first parameter: reverse mode through the traced objective", 0),
            DerivativeKind.HessianProduct => ("the Hessian in the first parameter times the last one: forward over reverse mode", 1),
            _ => ("the transposed Jacobian in the first parameter times the last one: reverse mode", 1),
        };
        string data = FormEmitter.Bound([.. model.Parameters.Take(model.Parameters.Count - further).Skip(2).Select(parameter => parameter.Name)]);
        string vector = further == 0 ? string.Empty : ", " + names[names.Length - 1];
        writer.Line($"// {what}");
        writer.Line(SourceFile.GeneratedCodeAttribute);
        writer.Line(
            $"{model.Modifiers} {model.ReturnType} {TypeNames.Escape(model.Method)}({parameters}) "
                + $"=> {FormEmitter.Instance(model.Hierarchy, model.Form)}.{model.Kind}({names[0]}, {names[1]}, {data}{vector});");
    });
}
